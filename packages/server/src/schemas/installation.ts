// Schemas of what one installation has of accounts, environments and keys.

import type { AccountView, EnvironmentView, KeyView } from "@stepwell/protocol/rest";
import { flag, named, optional, text, timestampText, word } from "./shape.ts";

export const accountView = named<AccountView>("Account", { id: text, name: text });

export const environmentView = named<EnvironmentView>("Environment", {
  id: text,
  name: text,
  type: word("PRODUCTION", "DEV"),
  isArchived: flag,
  createdAt: optional(timestampText),
});

export const keyView = named<KeyView>("Key", { id: text, name: text, environment: text, key: text });

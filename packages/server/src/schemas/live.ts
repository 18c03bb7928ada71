// Schemas of live changes.

import type { LiveChange } from "@stepwell/protocol/rest";
import { z } from "zod";
import { runStatus, runView } from "./run.ts";
import { components, literal, objectOf, optional, text, timestampText } from "./shape.ts";

type Kind<K extends LiveChange["kind"]> = Extract<LiveChange, { readonly kind: K }>;

export const liveChange = z
  .union([
    objectOf<Kind<"hello">>({ kind: literal("hello"), serverTime: timestampText }),
    objectOf<Kind<"run">>({
      kind: literal("run"),
      runId: text,
      status: optional(runStatus),
      functionId: optional(text),
      run: optional(runView),
    }),
    objectOf<Kind<"step">>({ kind: literal("step"), runId: text, stepId: optional(text) }),
    objectOf<Kind<"event">>({ kind: literal("event"), eventId: text, name: optional(text) }),
    objectOf<Kind<"app">>({ kind: literal("app"), appId: optional(text) }),
    objectOf<Kind<"function">>({ kind: literal("function"), functionId: optional(text) }),
  ])
  .register(components, { id: "LiveChange" });

// Copies a text and says so beside the pointer, where the reader looks.

import { type ReactNode, useState } from "react";
import { Icon } from "./icon.tsx";

export function CopyButton({ text, label }: { readonly text: string; readonly label: string }): ReactNode {
  const [copied, setCopied] = useState(false);
  const copy = (): void => {
    navigator.clipboard.writeText(text).then(
      () => {
        setCopied(true);
        setTimeout(() => setCopied(false), 1500);
      },
      () => undefined,
    );
  };
  return (
    <button
      type="button"
      className="btn ghost icon small"
      aria-label={copied ? "Copied" : label}
      title={label}
      onClick={copy}
    >
      <Icon name={copied ? "check" : "copy"} />
    </button>
  );
}

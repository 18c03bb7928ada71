// Code to copy (spec §5): a snippet with its copy button.

import type { ReactNode } from "react";
import { CopyButton } from "./copy-button.tsx";

export function Snippet({ text, label }: { readonly text: string; readonly label: string }): ReactNode {
  return (
    <div className="snippet">
      <pre className="code">{text}</pre>
      <CopyButton text={text} label={label} />
    </div>
  );
}

// Renders a sentence's parts. Names that come from users stand in <bdi>, so that they stay whole in any direction.

import type { Part, Sentence } from "@stepwell/protocol/words";
import { Fragment, type ReactNode } from "react";
import { shortId } from "../words/short-id.ts";
import { PageLink } from "./page-link.tsx";

export function Words({
  parts,
  links = true,
}: {
  readonly parts: Sentence;
  readonly links?: boolean;
}): ReactNode {
  // biome-ignore lint/suspicious/noArrayIndexKey: parts of one sentence have no identity but their place
  return parts.map((part, index) => <Fragment key={index}>{word(part, links)}</Fragment>);
}

function word(part: Part, links: boolean): ReactNode {
  if (typeof part === "string") return part;
  switch (part.kind) {
    case "id":
      return links ? (
        <PageLink className="link" to={part.to} title={part.text}>
          {shortId(part.text)}
        </PageLink>
      ) : (
        <b className="b">{shortId(part.text)}</b>
      );
    case "name":
      return part.to === undefined || !links ? (
        <b className="b">
          <bdi>{part.text}</bdi>
        </b>
      ) : (
        <PageLink className="link" to={part.to}>
          <bdi>{part.text}</bdi>
        </PageLink>
      );
    case "code":
      return (
        <code>
          <bdi>{part.text}</bdi>
        </code>
      );
    case "bad":
      return (
        <span className="bad">
          <bdi>{part.text}</bdi>
        </span>
      );
  }
}

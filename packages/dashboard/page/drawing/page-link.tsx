// A link inside the page whose address may carry a query, as `/events?name=user/signup`.

import { Link, type LinkProps } from "@tanstack/react-router";
import type { AriaAttributes, MouseEventHandler, ReactNode } from "react";
import { readSearch } from "../frame/url-state.ts";

export interface PageLinkProps extends AriaAttributes {
  readonly to: string;
  readonly className?: string;
  readonly title?: string;
  readonly role?: string;
  readonly tabIndex?: number;
  readonly id?: string;
  readonly onClick?: MouseEventHandler<HTMLAnchorElement>;
  readonly children?: ReactNode;
}

export function PageLink({ to, ...rest }: PageLinkProps): ReactNode {
  const [path = "/", query = ""] = to.split("?", 2);
  // A link is the current one only if its whole address is; a view that knows better says `aria-current` itself.
  // Addresses are data here, made from ids; the router's types know only those written out.
  const props = {
    ...rest,
    to: path,
    search: readSearch(query),
    activeOptions: { exact: true },
  } as unknown as LinkProps;
  return <Link {...props} />;
}

// What the palette finds: entries whose title or note holds every word of the search.

import type { Command } from "./command.ts";

export interface Entry extends Command {
  readonly group: string;
  readonly note?: string;
}

/** In the order of the list; those whose title begins with the search come first within it. */
export function matching(entries: readonly Entry[], search: string): readonly Entry[] {
  const words = search.toLowerCase().split(/\s+/).filter(Boolean);
  return entries.filter((entry) => {
    const text = `${entry.title} ${entry.note ?? ""}`.toLowerCase();
    return words.every((word) => text.includes(word));
  });
}

const idPattern = /^[0-9A-HJKMNP-TV-Z]{26}$/i;

/** Whether a text is an id of Stepwell's, as pasted from a log. */
export function isId(text: string): boolean {
  return idPattern.test(text.trim());
}

/** Neighbours of one group together, in order. */
export function grouped(
  entries: readonly Entry[],
): readonly { readonly group: string; readonly from: number; readonly entries: readonly Entry[] }[] {
  const groups: { group: string; from: number; entries: Entry[] }[] = [];
  for (const [index, entry] of entries.entries()) {
    const last = groups[groups.length - 1];
    if (last?.group === entry.group) last.entries.push(entry);
    else groups.push({ group: entry.group, from: index, entries: [entry] });
  }
  return groups;
}

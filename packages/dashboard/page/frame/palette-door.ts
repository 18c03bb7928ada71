// Opens the palette and the list of keys from anywhere; the palette itself stands in the frame.

type Door = "palette" | "keys";

const listeners = new Set<(door: Door) => void>();

export function onDoor(listener: (door: Door) => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export function openPalette(): void {
  for (const listener of listeners) listener("palette");
}

export function openKeyList(): void {
  for (const listener of listeners) listener("keys");
}

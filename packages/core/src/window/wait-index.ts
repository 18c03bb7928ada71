// The waits in memory, found the way an event finds them: by its name, a shape, and its values for the shape.

import type { Json } from "@stepwell/protocol";
import { probe } from "../expression/index.ts";
import { payloadOf, type StoredEvent } from "../model/event.ts";
import type { Wait } from "../model/wait.ts";

export class WaitIndex {
  readonly #byKey = new Map<string, Map<string, Wait>>();
  /** Shapes in use per event name, in memory or in the store; once learned, never forgotten. */
  readonly #shapes = new Map<string, Set<string>>();

  add(wait: Wait): void {
    this.learnShapes(
      wait.event,
      wait.keys.map((key) => key.shape),
    );
    for (const key of wait.keys) {
      const text = keyText(wait.event, key.shape, key.values);
      let waits = this.#byKey.get(text);
      if (waits === undefined) {
        waits = new Map();
        this.#byKey.set(text, waits);
      }
      waits.set(wait.id, wait);
    }
  }

  remove(wait: Wait): void {
    for (const key of wait.keys) {
      const text = keyText(wait.event, key.shape, key.values);
      const waits = this.#byKey.get(text);
      waits?.delete(wait.id);
      if (waits?.size === 0) this.#byKey.delete(text);
    }
  }

  /** Names of which the store was asked; from then on every new shape is learned as its wait is put. */
  readonly #asked = new Set<string>();

  knowsShapes(eventName: string): boolean {
    return this.#asked.has(eventName);
  }

  shapesKnown(eventName: string): void {
    this.#asked.add(eventName);
  }

  /** Adds to the shapes that are known of an event name. */
  learnShapes(eventName: string, shapes: readonly string[]): void {
    let known = this.#shapes.get(eventName);
    if (known === undefined) {
      known = new Set();
      this.#shapes.set(eventName, known);
    }
    for (const shape of shapes) known.add(shape);
  }

  /** What an event asks the index, here and in the store: its values for each shape in use. */
  probes(event: StoredEvent): readonly { readonly shape: string; readonly values: string }[] {
    const probes: { readonly shape: string; readonly values: string }[] = [];
    for (const shape of this.#shapes.get(event.name) ?? []) {
      const values = shape === "" ? "" : probe(shape, payloadOf(event) as unknown as Json);
      if (values !== null) probes.push({ shape, values });
    }
    return probes;
  }

  find(event: StoredEvent): ReadonlyMap<string, Wait> {
    const found = new Map<string, Wait>();
    for (const { shape, values } of this.probes(event)) {
      for (const [id, wait] of this.#byKey.get(keyText(event.name, shape, values)) ?? []) found.set(id, wait);
    }
    return found;
  }
}

function keyText(eventName: string, shape: string, values: string): string {
  return `${eventName}\n${shape}\n${values}`;
}

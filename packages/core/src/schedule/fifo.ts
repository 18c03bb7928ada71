// First in, first out, without moving what waits at each turn.

/** So many places at the front may stand empty before the rest moves up. */
const emptyMax = 1000;

export class Fifo<T> {
  #items: T[] = [];
  #head = 0;

  get size(): number {
    return this.#items.length - this.#head;
  }

  push(item: T): void {
    this.#items.push(item);
  }

  shift(): T | undefined {
    const item = this.#items[this.#head];
    if (item === undefined) return undefined;
    this.#head += 1;
    if (this.#head > emptyMax && this.#head * 2 > this.#items.length) this.#replace([]);
    return item;
  }

  /** Puts items before all others, in their order. */
  unshift(items: readonly T[]): void {
    if (items.length > 0) this.#replace(items);
  }

  clear(): void {
    this.#items = [];
    this.#head = 0;
  }

  #replace(first: readonly T[]): void {
    this.#items = [...first, ...this.#items.slice(this.#head)];
    this.#head = 0;
  }
}

// A binary heap: the least item first.

export class MinHeap<T> {
  #items: T[] = [];
  readonly #isLess: (left: T, right: T) => boolean;

  constructor(isLess: (left: T, right: T) => boolean) {
    this.#isLess = isLess;
  }

  get size(): number {
    return this.#items.length;
  }

  peek(): T | undefined {
    return this.#items[0];
  }

  push(item: T): void {
    // An array that grows from nothing makes room for many at once, and very many heaps hold one item.
    if (this.#items.length === 0) {
      this.#items = [item];
      return;
    }
    const items = this.#items;
    items.push(item);
    let child = items.length - 1;
    while (child > 0) {
      const parent = (child - 1) >> 1;
      const above = items[parent];
      if (above === undefined || !this.#isLess(item, above)) break;
      items[child] = above;
      child = parent;
    }
    items[child] = item;
  }

  pop(): T | undefined {
    const items = this.#items;
    const top = items[0];
    const last = items.pop();
    if (last === undefined || items.length === 0) return top;
    let parent = 0;
    for (;;) {
      let child = 2 * parent + 1;
      const left = items[child];
      if (left === undefined) break;
      const right = items[child + 1];
      let least = left;
      if (right !== undefined && this.#isLess(right, left)) {
        least = right;
        child += 1;
      }
      if (!this.#isLess(least, last)) break;
      items[parent] = least;
      parent = child;
    }
    items[parent] = last;
    return top;
  }
}

// A bounded part of a table in memory. `null` says that the row is known not to exist.
//
// Invariant: an entry that changed in commit group g may go only once g is stored and every load that began before g
// was stored has returned; until then the store would give an older row. The barrier says up to which group that
// holds.

interface Entry<V> {
  readonly value: V | null;
  changedIn: number;
}

export class Cache<K, V> {
  readonly #entries = new Map<K, Entry<V>>();

  get size(): number {
    return this.#entries.size;
  }

  /** Everything that is held, known absence too. */
  *entries(): Iterable<readonly [K, V | null]> {
    for (const [key, { value }] of this.#entries) yield [key, value];
  }

  get(key: K): V | null | undefined {
    return this.#entries.get(key)?.value;
  }

  /** A change of this group. */
  put(key: K, value: V | null, group: number): void {
    this.#entries.delete(key);
    this.#entries.set(key, { value, changedIn: group });
  }

  /** What a load gave: it never replaces what is known, and may go again at any time. */
  loaded(key: K, value: V | null, group: number): void {
    if (!this.#entries.has(key)) this.#entries.set(key, { value, changedIn: group });
  }

  /** The record behind the key changed in place. */
  touch(key: K, group: number): void {
    const entry = this.#entries.get(key);
    if (entry === undefined) return;
    entry.changedIn = group;
    this.#entries.delete(key);
    this.#entries.set(key, entry);
  }

  /**
   * Drops entries, the longest untouched first, until no more than `sizeMax` are left or the rest may not go.
   *
   * @param mayGo a further condition on the value.
   */
  trim(
    barrier: number,
    sizeMax: number,
    mayGo: (value: V | null) => boolean,
    gone: (value: V | null) => void,
  ): void {
    if (this.#entries.size <= sizeMax) return;
    for (const [key, entry] of this.#entries) {
      if (this.#entries.size <= sizeMax) return;
      if (entry.changedIn > barrier || !mayGo(entry.value)) continue;
      this.#entries.delete(key);
      gone(entry.value);
    }
  }
}

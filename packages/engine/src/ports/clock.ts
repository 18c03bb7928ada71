// Time and chance, as ports: only adapters know the machine's.

/** A timer that has been set. */
export interface Timer {
  cancel(): void;
}

export interface Clock {
  /** Unix ms; never goes back. */
  now(): number;
  /** Milliseconds, with fractions, since a moment of its own: for durations alone, never beside `now()`. */
  elapsed(): number;
  /** Runs `task` once `now()` has reached `at` (unix ms). */
  setTimer(at: number, task: () => void): Timer;
  /** Runs `task` soon, after other work of the process had its turn. */
  soon(task: () => void): void;
}

export interface Random {
  /** `length` random bytes. */
  bytes(length: number): Uint8Array;
}

// The SDK's only access to time, timers and chance.

export function now(): number {
  return Date.now();
}

export function delay(ms: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, ms);
  });
}

const scheduleMacrotask: (task: () => void) => void =
  typeof setImmediate === "function" ? (task) => void setImmediate(task) : (task) => void setTimeout(task, 0);

/** Resolves once every promise that can go on without the outside world has gone on. */
export function settled(): Promise<void> {
  return new Promise((resolve) => scheduleMacrotask(resolve));
}

/** Random bytes, or undefined where the runtime has no source of them. */
export function randomBytes(length: number): Uint8Array | undefined {
  const { crypto } = globalThis;
  return crypto === undefined ? undefined : crypto.getRandomValues(new Uint8Array(length));
}

/** A number from 0 up to 1, for jitter. */
export function chance(): number {
  return Math.random();
}

// Ports on which apps usually listen (protocol §3.2).

const range = (from: number, to: number): readonly number[] =>
  Array.from({ length: to - from + 1 }, (_, index) => from + index);

export const discoveryPorts: readonly number[] = [
  80,
  443,
  ...range(3000, 3010),
  4321,
  5000,
  5173,
  8000,
  8080,
  8081,
  8787,
  8888,
  ...range(8910, 8915),
];

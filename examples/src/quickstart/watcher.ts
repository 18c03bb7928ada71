// Watches runs through the REST API: prints each step once it has ended, and says what ended otherwise than expected.

interface RunRow {
  readonly id: string;
  readonly status: string;
  readonly function: { readonly name: string };
  readonly error?: { readonly message: string };
}

interface Span {
  readonly id: string;
  readonly name: string;
  readonly status: string;
  readonly durationMs?: number;
  readonly children: readonly Span[];
}

export type Expected = Readonly<Record<string, { readonly status: string; readonly count: number }>>;

const pauseMs = 100;

export class Watcher {
  readonly #url: string;
  readonly #expected: Expected;
  readonly #told = new Set<string>();

  constructor(url: string, expected: Expected) {
    this.#url = url;
    this.#expected = expected;
  }

  /** Resolves once every expected run has ended, or with what is wrong when patience is over. */
  async watch(patienceMs: number): Promise<readonly string[]> {
    const until = Date.now() + patienceMs;
    for (;;) {
      const runs = await this.#read<readonly RunRow[]>("/api/v2/runs?limit=100&order=oldest");
      for (const run of runs) await this.#tell(run);
      const isDone = this.#isComplete(runs);
      if (isDone || Date.now() > until) return this.#problems(runs);
      await new Promise((resolve) => setTimeout(resolve, pauseMs));
    }
  }

  async #read<T>(path: string): Promise<T> {
    const response = await fetch(`${this.#url}${path}`);
    return ((await response.json()) as { readonly data: T }).data;
  }

  async #tell(run: RunRow): Promise<void> {
    const key = `${run.id}/${run.status}`;
    if (this.#told.has(key) && isEnded(run.status)) return;
    const { rootSpan } = await this.#read<{ readonly rootSpan: Span }>(`/api/v2/runs/${run.id}/trace`);
    for (const span of rootSpan.children) {
      if (!isEnded(span.status)) continue;
      this.#once(
        `${run.id}/${span.id}`,
        `  ${run.function.name} › ${span.name} ${span.status.toLowerCase()} in ${Math.round(span.durationMs ?? 0)} ms`,
      );
    }
    if (!isEnded(run.status)) return;
    const reason = run.error === undefined ? "" : `: ${run.error.message}`;
    this.#once(
      key,
      `${run.status === "COMPLETED" ? "✓" : "✗"} ${run.function.name} ${run.status.toLowerCase()}${reason}`,
    );
  }

  #once(key: string, line: string): void {
    if (this.#told.has(key)) return;
    this.#told.add(key);
    console.log(line);
  }

  #isComplete(runs: readonly RunRow[]): boolean {
    const wanted = Object.values(this.#expected).reduce((sum, { count }) => sum + count, 0);
    return runs.length >= wanted && runs.every((run) => isEnded(run.status));
  }

  #problems(runs: readonly RunRow[]): readonly string[] {
    const problems: string[] = [];
    for (const [name, { status, count }] of Object.entries(this.#expected)) {
      const statuses = runs.filter((run) => run.function.name === name).map((run) => run.status);
      const isRight = statuses.length === count && statuses.every((found) => found === status);
      if (!isRight)
        problems.push(`${name}: expected ${count} × ${status}, found ${statuses.join(", ") || "no run"}`);
    }
    return problems;
  }
}

function isEnded(status: string): boolean {
  return status === "COMPLETED" || status === "FAILED" || status === "CANCELLED";
}

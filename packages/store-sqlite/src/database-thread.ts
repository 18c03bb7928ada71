// The store's side of a database thread: calls go out in order, and each gets its answer or an error. A thread that
// has died is replaced by the next call.

import { Worker } from "node:worker_threads";
import type { DatabaseCalls } from "./database/database.ts";
import type { AnswerMessage, CallName, RequestMessage, ThreadSettings } from "./messages.ts";
import { portError } from "./port-error.ts";

interface OpenRequest {
  readonly name: CallName;
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: Error) => void;
}

export class DatabaseThread {
  readonly #settings: ThreadSettings;
  readonly #open = new Map<number, OpenRequest>();
  readonly #start: (settings: ThreadSettings) => Worker;
  #worker: Worker | undefined;
  #lastId = 0;
  #isClosed = false;
  #isLost = false;

  constructor(settings: ThreadSettings, start = startThread) {
    this.#settings = settings;
    this.#start = start;
  }

  call<Name extends CallName>(
    name: Name,
    ...parameters: Parameters<DatabaseCalls[Name]>
  ): Promise<ReturnType<DatabaseCalls[Name]>> {
    return new Promise((resolve, reject) => {
      if (this.#isClosed || this.#isLost) {
        reject(portError("STORE_UNAVAILABLE", this.#whyNot(name)));
        return;
      }
      this.#lastId += 1;
      const id = this.#lastId;
      const worker = this.#running();
      try {
        this.#post(worker, { kind: "call", id, name, parameters });
      } catch (error) {
        reject(portError("ROW_REFUSED", `${name} holds what cannot be stored: ${String(error)}.`));
        return;
      }
      // The call of that name answers with its own type.
      const settle = resolve as (value: unknown) => void;
      this.#open.set(id, { name, resolve: settle, reject });
      // The process lives as long as an answer is awaited, and not for the thread's sake.
      worker.ref();
    });
  }

  /** Starts the thread before its first call, so that it gets ready beside other work. */
  start(): void {
    this.#running().unref();
  }

  /** Lets the calls under way end, then closes the database. */
  async close(): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    const worker = this.#worker;
    if (worker === undefined) return;
    worker.ref();
    const ended = new Promise((resolve) => worker.once("exit", resolve));
    this.#post(worker, { kind: "close" });
    await ended;
  }

  #post(worker: Worker, message: RequestMessage): void {
    worker.postMessage(message);
  }

  #running(): Worker {
    if (this.#worker !== undefined) return this.#worker;
    const worker = this.#start(this.#settings);
    this.#worker = worker;
    worker.on("message", (answer: AnswerMessage) => this.#settle(worker, answer));
    worker.on("error", (error) => this.#end(worker, String(error)));
    worker.on("exit", (code) => this.#end(worker, `it ended with code ${code}`));
    return worker;
  }

  #settle(worker: Worker, answer: AnswerMessage): void {
    const request = this.#open.get(answer.id);
    if (request === undefined) return;
    this.#open.delete(answer.id);
    if (answer.kind === "done") request.resolve(answer.value);
    else request.reject(portError(answer.code, answer.message));
    if (this.#open.size === 0 && !this.#isClosed) worker.unref();
  }

  /** What was under way has no answer: a commit may or may not be stored. */
  #end(worker: Worker, reason: string): void {
    if (this.#worker !== worker) return;
    this.#worker = undefined;
    // A database in memory has gone with its thread; a new one would be another, empty database.
    if (this.#settings.path === ":memory:") this.#isLost = true;
    for (const { name, reject } of this.#open.values()) {
      const code = name === "commit" ? "COMMIT_UNKNOWN" : "STORE_UNAVAILABLE";
      reject(
        portError(code, `The thread of the database ${this.#settings.path} ended during ${name}: ${reason}.`),
      );
    }
    this.#open.clear();
  }

  #whyNot(name: string): string {
    const { path } = this.#settings;
    return this.#isClosed
      ? `${name} came after the database ${path} was closed.`
      : `The database in memory was lost with its thread, so that ${name} cannot be done.`;
  }
}

function startThread(settings: ThreadSettings): Worker {
  return new Worker(new URL("./worker.js", import.meta.url), {
    name: `stepwell-sqlite-${settings.role}`,
    workerData: settings,
  });
}

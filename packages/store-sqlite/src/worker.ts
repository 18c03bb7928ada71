// A database thread: one connection, one call after the other, in the order in which they were sent.

import { parentPort, workerData } from "node:worker_threads";
import { Database } from "./database/database.ts";
import { chooseDriver } from "./driver/choose.ts";
import { failureOf } from "./failure.ts";
import type { AnswerMessage, CallMessage, RequestMessage, ThreadSettings } from "./messages.ts";

const port = parentPort;
if (port === null) throw new Error("worker.js is the thread of a SQLite store and runs in a worker only.");

// The store's own messages: their types are told once, here.
const { path, role, driver, lockTimeoutMs } = workerData as ThreadSettings;
const database = new Database({ path, role, openDriver: chooseDriver(driver), lockTimeoutMs });

port.on("message", (message: RequestMessage) => {
  if (message.kind === "close") {
    database.close();
    port.close();
  } else {
    port.postMessage(answer(message));
  }
});

function answer({ id, name, parameters }: CallMessage): AnswerMessage {
  const call = database.calls[name] as (...parameters: readonly unknown[]) => unknown;
  try {
    return { id, kind: "done", value: database.run(() => call(...parameters)) };
  } catch (error) {
    const { code, message } = failureOf(error, path);
    return { id, kind: "failed", code, message };
  }
}

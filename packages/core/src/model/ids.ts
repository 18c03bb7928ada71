// How rules make ids: from what is known, never from chance, so that deciding again decides the same.

import {
  type AppId,
  asAppId,
  asBulkId,
  asEventId,
  asFunctionId,
  asRunId,
  type BulkId,
  type EventId,
  type FunctionId,
  type RunId,
  sha256Hex,
  ulid,
  ulidEntropyBytes,
} from "@stepwell/protocol";

/** A run's id: its time is when it was queued, the rest follows from what started it. */
export function newRunId(now: number, seed: string): RunId {
  return asRunId(ulid(now, entropyFrom(seed)));
}

/** An id for an event that the engine emits itself. */
export function newEventId(now: number, seed: string): EventId {
  return asEventId(ulid(now, entropyFrom(seed)));
}

/** An id for a bulk operation that the engine starts itself. */
export function newBulkId(now: number, seed: string): BulkId {
  return asBulkId(ulid(now, entropyFrom(seed)));
}

export function functionIdOf(slug: string): FunctionId {
  return asFunctionId(uuidFrom(`function/${slug}`));
}

export function appIdOf(name: string): AppId {
  return asAppId(uuidFrom(`app/${name}`));
}

/** A UUID of version 8 (free form) from the SHA-256 of a text. */
function uuidFrom(text: string): string {
  const hex = sha256Hex(text);
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}

/** 80 well-mixed bits of a text, in ten bytes. Not cryptographic: ids need to differ, not to be secret. */
function entropyFrom(seed: string): Uint8Array {
  const bytes = new Uint8Array(ulidEntropyBytes);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, hash(seed, 0x9e3779b9));
  view.setUint32(4, hash(seed, 0x85ebca6b));
  view.setUint16(8, hash(seed, 0xc2b2ae35) & 0xffff);
  return bytes;
}

/** A 32-bit hash of a text under a seed: multiply and rotate per unit, then an avalanche of its bits. */
export function hash(text: string, seed: number): number {
  let state = seed ^ text.length;
  for (let position = 0; position < text.length; position += 1) {
    state = Math.imul(state ^ text.charCodeAt(position), 0x5bd1e995);
    state = (state << 13) | (state >>> 19);
  }
  state = Math.imul(state ^ (state >>> 16), 0x45d9f3b);
  state = Math.imul(state ^ (state >>> 15), 0x119de1f3);
  return (state ^ (state >>> 16)) >>> 0;
}

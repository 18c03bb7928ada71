// How a step's id becomes the key under which its result is stored (protocol §5.3, semantics D1.2).

import { sha1 } from "@noble/hashes/legacy.js";
import { bytesToHex, utf8ToBytes } from "@noble/hashes/utils.js";
import { asStepKey, type StepKey } from "./ids.ts";

/**
 * @param id the author's step id.
 * @param index how often the id was used before in this execution: 0 for the first use, whose id gets no suffix.
 */
export function stepKey(id: string, index = 0): StepKey {
  return asStepKey(bytesToHex(sha1(utf8ToBytes(index === 0 ? id : `${id}:${index}`))));
}

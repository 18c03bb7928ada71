// ULIDs: 48 bits of milliseconds and 80 bits of entropy in Crockford's base 32. The caller brings both, so this
// file knows neither clock nor randomness.

const alphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
const pattern = /^[0-7][0-9A-HJKMNP-TV-Z]{25}$/;

/** Number of entropy bytes in a ULID. */
export const ulidEntropyBytes = 10;

/**
 * @param atMs unix milliseconds, 0 to 2^48-1.
 * @param entropy exactly 10 bytes.
 */
export function ulid(atMs: number, entropy: Uint8Array): string {
  let time = "";
  let rest = Math.max(0, Math.floor(atMs));
  for (let position = 0; position < 10; position += 1) {
    time = alphabet.charAt(rest % 32) + time;
    rest = Math.floor(rest / 32);
  }
  let random = "";
  let bits = 0;
  let buffer = 0;
  for (const byte of entropy) {
    buffer = (buffer << 8) | byte;
    bits += 8;
    while (bits >= 5) {
      bits -= 5;
      random += alphabet.charAt((buffer >> bits) & 31);
    }
    buffer &= (1 << bits) - 1;
  }
  return time + random;
}

export function isUlid(text: string): boolean {
  return pattern.test(text);
}

/** The unix milliseconds inside a ULID. */
export function ulidTime(text: string): number {
  let time = 0;
  for (let position = 0; position < 10; position += 1) {
    time = time * 32 + Math.max(0, alphabet.indexOf(text.charAt(position)));
  }
  return time;
}

/** The 128 bits of a ULID as 32 lower-case hexadecimal digits. */
export function ulidHex(text: string): string {
  let hex = "";
  // 26 digits of five bits: the first one holds three, so that two bits less are in hand before it.
  let bits = -2;
  let buffer = 0;
  for (let position = 0; position < text.length; position += 1) {
    buffer = (buffer << 5) | Math.max(0, alphabet.indexOf(text.charAt(position)));
    bits += 5;
    while (bits >= 4) {
      bits -= 4;
      hex += ((buffer >> bits) & 15).toString(16);
    }
    buffer &= (1 << bits) - 1;
  }
  return hex;
}

/** What `x-inngest-event-id-seed` carries (protocol §2.3). */
export interface EventIdSeed {
  readonly atMs: number;
  /** Exactly 10 bytes. */
  readonly entropy: Uint8Array;
}

/** Parses the seed header; a malformed one is ignored, as semantics A2.3 asks, hence `undefined`. */
export function parseEventIdSeed(header: string | undefined): EventIdSeed | undefined {
  const parts = header?.split(",") ?? [];
  const [millis, base64] = parts;
  if (parts.length !== 2 || millis === undefined || base64 === undefined || !/^\d{1,15}$/.test(millis))
    return undefined;
  const entropy = decodeBase64(base64);
  const atMs = Number(millis);
  if (entropy === undefined || entropy.length !== ulidEntropyBytes || atMs <= 0) return undefined;
  return { atMs, entropy };
}

/** The seed as header text. */
export function formatEventIdSeed(seed: EventIdSeed): string {
  return `${seed.atMs},${encodeBase64(seed.entropy)}`;
}

/**
 * The internal id of event number `index` of a seeded request, counted from 1: the index is added, wrapping and
 * big-endian, to the last four bytes of the entropy (protocol §2.3).
 */
export function seededUlid(seed: EventIdSeed, index: number): string {
  // A copy: `slice` of a Buffer would share its memory.
  const entropy = Uint8Array.from(seed.entropy);
  const view = new DataView(entropy.buffer, entropy.byteOffset, entropy.byteLength);
  view.setUint32(6, (view.getUint32(6) + index) >>> 0);
  return ulid(seed.atMs, entropy);
}

const base64Alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

function encodeBase64(bytes: Uint8Array): string {
  let text = "";
  for (let start = 0; start < bytes.length; start += 3) {
    const chunk = [bytes[start] ?? 0, bytes[start + 1] ?? 0, bytes[start + 2] ?? 0] as const;
    const bits = (chunk[0] << 16) | (chunk[1] << 8) | chunk[2];
    const given = Math.min(3, bytes.length - start);
    for (let sextet = 0; sextet < 4; sextet += 1) {
      text += sextet <= given ? base64Alphabet.charAt((bits >> (18 - 6 * sextet)) & 63) : "=";
    }
  }
  return text;
}

function decodeBase64(text: string): Uint8Array | undefined {
  const digits = text.replace(/=+$/, "");
  if (!/^[A-Za-z0-9+/]*$/.test(digits)) return undefined;
  const bytes: number[] = [];
  let buffer = 0;
  let bits = 0;
  for (const digit of digits) {
    buffer = (buffer << 6) | base64Alphabet.indexOf(digit);
    bits += 6;
    if (bits >= 8) {
      bits -= 8;
      bytes.push((buffer >> bits) & 255);
      buffer &= (1 << bits) - 1;
    }
  }
  return Uint8Array.from(bytes);
}

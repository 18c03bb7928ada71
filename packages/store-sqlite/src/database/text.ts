// Texts as SQLite keeps them. libsql cuts a text at its first NUL when reading, and half of a surrogate pair has no
// UTF-8; names from outside may hold both. They, and all control characters, are written as an escape character and four hexadecimal digits, so
// that what comes back is what was put, and two different names never become one.

const escapeCharacter = "\u001a";
const escapedPattern = /[\p{Control}\p{Surrogate}]/u;
const escapedPatternAll = new RegExp(escapedPattern, "gu");
const escapePatternAll = new RegExp(`${escapeCharacter}([0-9a-f]{4})`, "g");

/** A name as it is stored and compared. JSON texts need none of this: they hold no control characters. */
export function storedText(text: string): string {
  if (!escapedPattern.test(text)) return text;
  return text.replace(
    escapedPatternAll,
    (character) => escapeCharacter + character.charCodeAt(0).toString(16).padStart(4, "0"),
  );
}

export function originalText(stored: string): string {
  if (!stored.includes(escapeCharacter)) return stored;
  return stored.replace(escapePatternAll, (_, digits: string) =>
    String.fromCharCode(Number.parseInt(digits, 16)),
  );
}

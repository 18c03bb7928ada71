// The filter's text cut into tokens (spec §5): `key:value` pairs, an expression over event and output, free words.
// Quotes and brackets keep what belongs together.

interface Place {
  readonly from: number;
  readonly until: number;
}

export interface PairToken extends Place {
  readonly kind: "pair";
  readonly key: string;
  readonly value: string;
  readonly isNot: boolean;
}

export interface TextToken extends Place {
  readonly kind: "expression" | "words";
  readonly text: string;
}

export type Token = PairToken | TextToken;

interface Word extends Place {
  readonly text: string;
}

/** Words parted by blanks; blanks inside quotes and brackets part nothing. */
export function wordsOf(text: string): readonly Word[] {
  const words: Word[] = [];
  let from = 0;
  let quote = "";
  let depth = 0;
  const end = (until: number): void => {
    if (until > from) words.push({ text: text.slice(from, until), from, until });
  };
  for (let at = 0; at < text.length; at += 1) {
    const letter = text[at] ?? "";
    if (quote !== "") {
      if (letter === quote) quote = "";
    } else if (letter === '"' || letter === "'") quote = letter;
    else if ("([{".includes(letter)) depth += 1;
    else if (")]}".includes(letter)) depth -= 1;
    else if (/\s/.test(letter) && depth <= 0) {
      end(at);
      from = at + 1;
    }
  }
  end(text.length);
  return words;
}

const pairPattern = /^(-?)([a-z]+):(.*)$/s;

/** @param keys the keys that exist; `x:y` with another key is a pair all the same, so that it can be refused. */
export function tokensOf(text: string, keys: readonly string[]): readonly Token[] {
  const tokens: Token[] = [];
  let rest: Word[] = [];
  const flush = (): void => {
    const first = rest[0];
    const last = rest[rest.length - 1];
    rest = [];
    if (first === undefined || last === undefined) return;
    const place = { from: first.from, until: last.until };
    const written = text.slice(first.from, last.until);
    tokens.push({ kind: isExpression(written) ? "expression" : "words", text: written, ...place });
  };
  for (const word of wordsOf(text)) {
    const match = pairPattern.exec(word.text);
    const key = match?.[2] ?? "";
    const isKnown = match !== null && keys.includes(key);
    // Inside an expression a colon is an operator, and a pair of an unknown key is none.
    const isOpen = rest.length > 0 && isExpression(text.slice(rest[0]?.from, word.from));
    if (match !== null && (isKnown || (!isOpen && !/^\/\//.test(match[3] ?? "")))) {
      flush();
      const { from, until } = word;
      tokens.push({
        kind: "pair",
        key,
        value: unquoted(match[3] ?? ""),
        isNot: match[1] === "-",
        from,
        until,
      });
    } else rest.push(word);
  }
  flush();
  return tokens;
}

/** Whether a text is meant as an expression: it speaks of the event or the output. */
export function isExpression(text: string): boolean {
  return /(^|[^\w.])(event|output)\s*[.[=!<>]/.test(text);
}

function unquoted(value: string): string {
  const match = /^(["'])(.*)\1$/s.exec(value);
  return match?.[2] ?? value;
}

/** A pair as it is written. */
export function writePair(key: string, value: string, isNot = false): string {
  return `${isNot ? "-" : ""}${key}:${/\s/.test(value) ? JSON.stringify(value) : value}`;
}

/** The text without one token. */
export function without(text: string, token: { readonly from: number; readonly until: number }): string {
  return `${text.slice(0, token.from)} ${text.slice(token.until)}`.replace(/\s+/g, " ").trim();
}

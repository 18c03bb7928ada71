// Where a JSON text goes wrong, in words that do not depend on the browser.

/** `Line 3: a value is missing before "}".` The text must not be valid JSON. */
export function jsonProblem(text: string): string {
  const at = problemAt(text);
  const line = text.slice(0, at).split("\n").length;
  const rest = text.slice(at).trimStart();
  const lead = text.includes("\n") ? `Line ${line}: ` : "";
  if (rest === "") return `${lead}the text ends too early.`;
  const found = JSON.stringify(/^("[^"\n]*"?|[\w.+-]+|.)/.exec(rest)?.[1] ?? rest[0]);
  return `${lead}${found} was not expected here.`;
}

const literal = /(?:true|false|null|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?)(?![\w.])/y;
const string = /"(?:[^"\\\p{Cc}]|\\(?:["\\/bfnrt]|u[\da-fA-F]{4}))*"/uy;
const space = /[ \t\r\n]*/y;

/** The first offset at which the text stops being JSON. */
function problemAt(text: string): number {
  let at = 0;
  const eat = (pattern: RegExp): boolean => {
    pattern.lastIndex = at;
    const found = pattern.exec(text);
    if (found === null) return false;
    at += found[0].length;
    return true;
  };
  const take = (mark: string): boolean => {
    eat(space);
    if (text[at] !== mark) return false;
    at += 1;
    return true;
  };
  const members = (end: string, member: () => boolean): boolean => {
    if (take(end)) return true;
    do {
      if (!member()) return false;
    } while (take(","));
    return take(end);
  };
  const field = (): boolean => {
    eat(space);
    return eat(string) && take(":") && value();
  };
  const value = (): boolean => {
    eat(space);
    if (take("{")) return members("}", field);
    if (take("[")) return members("]", value);
    return eat(string) || eat(literal);
  };
  if (value()) eat(space);
  return at;
}

// The titles of tests, read from their source: those of tables too, as far as their rows are literals.

import { type Node, type SourceFile, walk } from "./source-files.ts";

/** Titles of every `test`, `it` and `scenario` of a file, behind those of the `describe`s around; a table gives one per row. */
export function testTitles(file: SourceFile): readonly string[] {
  const constants: { readonly name: string; readonly init: Node }[] = [];
  walk(file.program, (node) => {
    const { id, init } = node as { id?: Node; init?: Node };
    if (node.type === "VariableDeclarator" && id?.["name"] !== undefined && init)
      constants.push({ name: String(id["name"]), init });
  });
  // Of constants of one name, the one declared last before the use.
  const initOf = (node: Node): Node =>
    constants.findLast(({ name, init }) => name === node["name"] && init.start < node.start)?.init ?? node;
  const groups: { readonly title: string; readonly end: number }[] = [];
  const titles: string[] = [];
  walk(file.program, (node) => {
    const [title] = (node.type === "CallExpression" ? node["arguments"] : []) as readonly Node[];
    const text = title === undefined ? undefined : literalText(title);
    if (text === undefined) return;
    const callee = node["callee"] as Node;
    const around = groups.filter((group) => node.start < group.end).map((group) => group.title);
    const whole = (own: string) => [...around, own].join(" › ");
    const table = tableOf(callee);
    if (callee["name"] === "describe") groups.push({ title: text, end: node.end });
    else if (table !== undefined) titles.push(...rowTitles(text, initOf(table)).map(whole));
    else if (isTest(callee)) titles.push(whole(text));
  });
  return titles;
}

const testNames = new Set(["test", "it", "scenario"]);

function isTest(callee: Node): boolean {
  const name = callee.type === "MemberExpression" ? (callee["object"] as Node)["name"] : callee["name"];
  const property = callee.type === "MemberExpression" ? (callee["property"] as Node)["name"] : undefined;
  return testNames.has(String(name)) && (property === undefined || property === "skipIf");
}

/** The table of `test.each(table)("title", …)`. */
function tableOf(callee: Node): Node | undefined {
  if (callee.type !== "CallExpression") return undefined;
  const each = callee["callee"] as Node;
  if (each.type !== "MemberExpression" || (each["property"] as Node)["name"] !== "each") return undefined;
  return (callee["arguments"] as readonly Node[])[0];
}

function rowTitles(title: string, table: Node): readonly string[] {
  const rows = plain(table);
  if (rows.type !== "ArrayExpression") return [title];
  return (rows["elements"] as readonly Node[]).map((row) => {
    const cells = row.type === "ArrayExpression" ? (row["elements"] as readonly Node[]) : [row];
    let next = 0;
    return title.replace(/%[sdij]/g, (placeholder) => {
      const cell = cells[next++];
      return (cell && literalText(cell)) ?? placeholder;
    });
  });
}

/** Without `as const`, `satisfies` and parentheses around it. */
function plain(node: Node): Node {
  const inner = node["expression"] as Node | undefined;
  const isWrapper = /^(TSAs|TSSatisfies|Parenthesized)/.test(node.type);
  return isWrapper && inner !== undefined ? plain(inner) : node;
}

function literalText(node: Node): string | undefined {
  if (node.type === "Literal" && node["value"] !== undefined) return String(node["value"]);
  if (node.type !== "TemplateLiteral") return undefined;
  const quasis = node["quasis"] as readonly { value: { cooked: string } }[];
  return quasis.map((quasi) => quasi.value.cooked).join("…");
}

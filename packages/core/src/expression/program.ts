// From a syntax tree to a closure that evaluates it: the tree is walked once, when the expression is compiled.

import { add, arithmetic, differs, equals, ordered } from "./compare.ts";
import { functions } from "./functions.ts";
import { type BinaryOperator, boundName, type Node } from "./node.ts";
import { EvaluationError, fieldOf, isList, isMap, isTruthy, missing, textOf, type Value } from "./value.ts";

/** What an evaluation reads, and how much it may still cost. */
export interface Frame {
  readonly roots: Readonly<Record<string, Value>>;
  readonly now: number;
  /** Names bound by the macros around. */
  readonly locals: Readonly<Record<string, Value>>;
  readonly budget: { steps: number };
}

export type Program = (frame: Frame) => Value;

/** The most nodes that one evaluation visits; macros over long lists end here. */
export const evaluationStepsMax = 50_000;

export function programOf(node: Node): Program {
  const inner = innerProgram(node);
  return (frame) => {
    frame.budget.steps -= 1;
    if (frame.budget.steps < 0) throw new EvaluationError(`it takes more than ${evaluationStepsMax} steps`);
    return inner(frame);
  };
}

function innerProgram(node: Node): Program {
  switch (node.kind) {
    case "literal":
      return () => node.value;
    case "name":
      return ({ locals, roots }) =>
        (Object.hasOwn(locals, node.name) ? locals[node.name] : roots[node.name]) ?? missing;
    case "select": {
      const from = programOf(node.from);
      return (frame) => fieldOf(from(frame), node.key);
    }
    case "index":
      return indexProgram(programOf(node.from), programOf(node.key));
    case "call":
      return callProgram(node);
    case "method":
      return boundName(node) === undefined ? methodProgram(node) : macroProgram(node);
    case "list": {
      const items = node.items.map(programOf);
      return (frame) => items.map((item) => orFalse(item(frame)));
    }
    case "map":
      return mapProgram(node);
    case "ternary": {
      const [condition, then, otherwise] = [
        programOf(node.condition),
        programOf(node.whenTrue),
        programOf(node.whenFalse),
      ];
      return (frame) => (isTruthy(tolerant(condition, frame)) ? then(frame) : otherwise(frame));
    }
    case "and":
    case "or":
      return logicProgram(node.kind, programOf(node.left), programOf(node.right));
    case "not": {
      const of = programOf(node.of);
      return (frame) => negation(of(frame));
    }
    case "negate": {
      const of = programOf(node.of);
      return (frame) => arithmeticNegation(of(frame));
    }
    case "binary":
      return binaryProgram(node.operator, programOf(node.left), programOf(node.right));
  }
}

function orFalse(value: Value): Value {
  return value === missing ? false : value;
}

/** `!` of what is missing is false, as any function of it (semantics E4). */
function negation(value: Value): Value {
  return value === missing ? false : !isTruthy(value);
}

function arithmeticNegation(value: Value): Value {
  if (value === missing) return false;
  if (typeof value === "bigint" || typeof value === "number") return -value;
  throw new EvaluationError(`- is not defined for ${textOf(value)}`);
}

/** An operand that errs counts as false; running out of budget does not (semantics E3.4). */
function tolerant(program: Program, frame: Frame): Value {
  try {
    return program(frame);
  } catch (error) {
    if (error instanceof EvaluationError && frame.budget.steps >= 0) return missing;
    throw error;
  }
}

/** `||` gives the first truthy operand or the last, `&&` the first falsy one or the last (semantics E3.4). */
function logicProgram(kind: "and" | "or", left: Program, right: Program): Program {
  const stopsAt = kind === "or";
  return (frame) => {
    const first = tolerant(left, frame);
    return orFalse(isTruthy(first) === stopsAt ? first : tolerant(right, frame));
  };
}

function indexProgram(from: Program, key: Program): Program {
  return (frame) => {
    const value = from(frame);
    const at = key(frame);
    if (isList(value) && (typeof at === "bigint" || typeof at === "number"))
      return value[Number(at)] ?? missing;
    return typeof at === "string" ? fieldOf(value, at) : missing;
  };
}

function mapProgram(node: Extract<Node, { kind: "map" }>): Program {
  const entries = node.entries.map(([key, value]) => [programOf(key), programOf(value)] as const);
  return (frame) =>
    Object.fromEntries(entries.map(([key, value]) => [textOf(key(frame)), orFalse(value(frame))]));
}

function binaryProgram(operator: BinaryOperator, left: Program, right: Program): Program {
  switch (operator) {
    case "==":
      return (frame) => equals(left(frame), right(frame));
    case "!=":
      return (frame) => differs(left(frame), right(frame));
    case "<":
    case "<=":
    case ">":
    case ">=":
      return (frame) => ordered(operator, left(frame), right(frame));
    case "in":
      return (frame) => isIn(left(frame), right(frame));
    case "+":
      return (frame) => add(left(frame), right(frame));
    default:
      return (frame) => arithmetic(operator, left(frame), right(frame));
  }
}

function isIn(item: Value, collection: Value): boolean {
  if (item === missing || collection === missing) return false;
  if (isList(collection)) return collection.some((candidate) => equals(candidate, item));
  if (collection !== null && isMap(collection)) return Object.hasOwn(collection, textOf(item));
  throw new EvaluationError("in needs a list or a map on its right");
}

function callProgram(node: Extract<Node, { kind: "call" }>): Program {
  const [only] = node.args;
  if (node.name === "has" && only !== undefined) {
    const program = programOf(only);
    return (frame) => tolerant(program, frame) !== missing;
  }
  return applied(node.name, node.args.map(programOf));
}

function methodProgram(node: Extract<Node, { kind: "method" }>): Program {
  return applied(node.name, [node.on, ...node.args].map(programOf));
}

function applied(name: string, args: readonly Program[]): Program {
  const called = functions[name];
  if (called === undefined) throw new EvaluationError(`there is no function ${name}`);
  return (frame) => {
    const values = args.map((arg) => arg(frame));
    if (values.includes(missing)) return name === "size" ? 0n : false;
    return called.call(values, frame.now);
  };
}

function macroProgram(node: Extract<Node, { kind: "method" }>): Program {
  const variable = boundName(node) ?? "";
  const on = programOf(node.on);
  const bodies = node.args.slice(1).map(programOf);
  const [first, second] = bodies;
  if (first === undefined) throw new EvaluationError(`${node.name}() needs a variable and an expression`);
  return (frame) => {
    const collection = on(frame);
    if (collection === missing) return false;
    const items: readonly Value[] = isList(collection)
      ? collection
      : collection !== null && isMap(collection)
        ? Object.keys(collection)
        : fail(`${node.name}() needs a list or a map`);
    const within = (item: Value): Frame => ({ ...frame, locals: { ...frame.locals, [variable]: item } });
    const holds = (item: Value): boolean => isTruthy(first(within(item)));
    switch (node.name) {
      case "exists":
        return items.some(holds);
      case "all":
        return items.every(holds);
      case "exists_one":
        return items.filter(holds).length === 1;
      case "filter":
        return items.filter(holds);
      default:
        // map(x, expression) or map(x, condition, expression).
        return second === undefined
          ? items.map((item) => orFalse(first(within(item))))
          : items.filter(holds).map((item) => orFalse(second(within(item))));
    }
  };
}

function fail(reason: string): never {
  throw new EvaluationError(reason);
}

// Comparison and addition under the loosened typing of semantics E3 and the rules for missing operands of E4.

import {
  Duration,
  EvaluationError,
  isList,
  isMap,
  isNumeric,
  missing,
  Timestamp,
  TypeName,
  textOf,
  typeOf,
  type Value,
} from "./value.ts";

/** `==`: numbers by value whatever their type, a missing operand equals null alone (E3.1, E4). */
export function equals(left: Value, right: Value): boolean {
  if (left === missing || right === missing) {
    const other = left === missing ? right : left;
    return other === null;
  }
  return sameValue(left, right);
}

/** `!=` is the opposite, except that a missing operand against null is false as well. */
export function differs(left: Value, right: Value): boolean {
  return !equals(left, right);
}

function sameValue(left: Value, right: Value): boolean {
  // Loose equality of number and bigint compares their mathematical values.
  // biome-ignore lint/suspicious/noDoubleEquals: number against bigint
  if (isNumeric(left) && isNumeric(right)) return left == right;
  if (left instanceof Timestamp && right instanceof Timestamp) return left.at === right.at;
  if (left instanceof Duration && right instanceof Duration) return left.ms === right.ms;
  if (left instanceof TypeName && right instanceof TypeName) return left.name === right.name;
  if (left instanceof Uint8Array && right instanceof Uint8Array) {
    return left.length === right.length && left.every((byte, index) => byte === right[index]);
  }
  if (isList(left) && isList(right)) {
    return left.length === right.length && left.every((item, index) => sameValue(item, right[index] ?? null));
  }
  if (left !== null && right !== null && isMap(left) && isMap(right)) {
    const keys = Object.keys(left);
    if (keys.length !== Object.keys(right).length) return false;
    return keys.every((key) => Object.hasOwn(right, key) && sameValue(left[key] ?? null, right[key] ?? null));
  }
  return left === right;
}

/**
 * An ordering comparison.
 *
 * @throws EvaluationError for values that have no order between them (E3.1).
 */
export function ordered(operator: "<" | "<=" | ">" | ">=", left: Value, right: Value): boolean {
  // A missing operand is below everything; where it stands on the right, everything is above it (E4).
  if (left === missing) return operator === "<" || operator === "<=";
  if (right === missing) return operator === ">" || operator === ">=";
  const order = compare(left ?? zeroLike(right), right ?? zeroLike(left));
  switch (operator) {
    case "<":
      return order < 0;
    case "<=":
      return order <= 0;
    case ">":
      return order > 0;
    case ">=":
      return order >= 0;
  }
}

/** Null is ordered as the zero of the other type (E3.3). */
function zeroLike(other: Value): Value {
  if (typeof other === "string") return "";
  if (typeof other === "boolean") return false;
  if (other instanceof Timestamp) return new Timestamp(0);
  if (other instanceof Duration) return new Duration(0);
  return 0;
}

function compare(left: Value, right: Value): number {
  if (isNumeric(left) && isNumeric(right)) return left < right ? -1 : left > right ? 1 : 0;
  if (typeof left === "string" && typeof right === "string") return left < right ? -1 : left > right ? 1 : 0;
  if (typeof left === "boolean" && typeof right === "boolean") return Number(left) - Number(right);
  if (left instanceof Timestamp && right instanceof Timestamp) return left.at - right.at;
  if (left instanceof Duration && right instanceof Duration) return left.ms - right.ms;
  throw new EvaluationError(`${typeOf(left)} and ${typeOf(right)} have no order between them`);
}

/** `+`: of numbers a sum, of lists their join, of different types the join of their texts (E3.2, E4). */
export function add(left: Value, right: Value): Value {
  if (left === missing) return right === missing ? false : right;
  if (right === missing) return left;
  if (typeof left === "bigint" && typeof right === "bigint") return left + right;
  if (isNumeric(left) && isNumeric(right)) return Number(left) + Number(right);
  if (isList(left) && isList(right)) return [...left, ...right];
  if (left instanceof Timestamp && right instanceof Duration) return new Timestamp(left.at + right.ms);
  if (left instanceof Duration && right instanceof Timestamp) return new Timestamp(left.ms + right.at);
  if (left instanceof Duration && right instanceof Duration) return new Duration(left.ms + right.ms);
  return textOf(left) + textOf(right);
}

/** `-`, `*`, `/` and `%`. Integers divide as integers. */
export function arithmetic(operator: "-" | "*" | "/" | "%", left: Value, right: Value): Value {
  if (left === missing || right === missing) return false;
  if (operator === "-" && left instanceof Timestamp && right instanceof Timestamp)
    return new Duration(left.at - right.at);
  if (operator === "-" && left instanceof Timestamp && right instanceof Duration)
    return new Timestamp(left.at - right.ms);
  if (operator === "-" && left instanceof Duration && right instanceof Duration)
    return new Duration(left.ms - right.ms);
  if (!isNumeric(left) || !isNumeric(right)) {
    throw new EvaluationError(`${operator} is not defined for ${typeOf(left)} and ${typeOf(right)}`);
  }
  if (typeof left === "bigint" && typeof right === "bigint") return integerArithmetic(operator, left, right);
  const [a, b] = [Number(left), Number(right)];
  switch (operator) {
    case "-":
      return a - b;
    case "*":
      return a * b;
    case "/":
      return a / b;
    case "%":
      return a % b;
  }
}

function integerArithmetic(operator: "-" | "*" | "/" | "%", left: bigint, right: bigint): bigint {
  if ((operator === "/" || operator === "%") && right === 0n) throw new EvaluationError("division by zero");
  switch (operator) {
    case "-":
      return left - right;
    case "*":
      return left * right;
    case "/":
      return left / right;
    case "%":
      return left % right;
  }
}

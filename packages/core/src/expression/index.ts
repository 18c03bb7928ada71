// Expressions (semantics part E): compile, evaluate, interpolate, and find waits by equality keys.

export {
  type CompileResult,
  compile,
  type Expression,
  type ExpressionUse,
  expressionLengthMax,
} from "./compile.ts";
export {
  type Evaluation,
  evaluate,
  integer,
  type KeyResult,
  keyText,
  type MatchResult,
  matches,
  type Scope,
} from "./evaluate.ts";
export { interpolate, interpolatedSource } from "./interpolate.ts";
export { type NearMiss, nearMiss } from "./near-miss.ts";
export { type Path, pathsOf, pathText, valueAt } from "./paths.ts";
export { type Branch, indexKey, probe, shape, split } from "./split.ts";
export { type Truth, truthOf } from "./truth.ts";
export { textOf } from "./value.ts";

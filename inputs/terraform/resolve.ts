import { isUnknown, unknown, type Unknown } from "../../engine/model";
import type { Json, JsonObject } from "../objects";
import { field, isList, isObject } from "./blocks";
import { expandDynamic, isDynamic } from "./dynamic";
import { isTemplate, parseTemplate, type Expression, type TemplatePart } from "./expression";
import { callFunction } from "./functions";
import { evaluateReference } from "./references";
import { notEvaluated, tooLarge, type Scope } from "./scope";
import { pointerToken } from "./stack";

const deepest = 200;
const longestShown = 200;

/** A JSON value with every reference that needs no Terraform replaced by what it stands for, and every other by an Unknown. */
export function resolve(raw: Json, scope: Scope, pointer: string, depth = 0): Json {
  if (!scope.world.spend(1)) return tooLarge;
  if (typeof raw === "string") return resolveText(raw, scope, pointer);
  if (depth > deepest) return tooLarge;
  if (isList(raw)) return resolveList(raw, scope, pointer, depth);
  return isObject(raw) ? resolveObject(raw, scope, pointer, depth) : raw;
}

function resolveList(raw: readonly Json[], scope: Scope, pointer: string, depth: number): Json {
  const resolved = raw.map((item, index) => resolve(item, scope, `${pointer}/${index}`, depth + 1));
  return resolved.every((item, index) => item === raw[index]) ? raw : resolved;
}

function resolveObject(raw: JsonObject, scope: Scope, pointer: string, depth: number): Json {
  const fields = new Map<string, Json>();
  const dynamic = field(raw, "dynamic");
  const expands = isDynamic(dynamic);
  let changed = expands;
  for (const key of Object.keys(raw)) {
    if (expands && key === "dynamic") continue;
    const value = raw[key] ?? null;
    const name = isTemplate(key) ? resolveText(key, scope, pointer) : key;
    // A key that is not known could be any: what is known of the others no longer tells what the map holds.
    if (typeof name !== "string") return isUnknown(name) ? name : notEvaluated;
    const resolved = resolve(value, scope, `${pointer}/${pointerToken(key)}`, depth + 1);
    changed ||= resolved !== value || name !== key;
    fields.set(name, resolved);
  }
  if (expands) expandDynamic(dynamic, fields, scope, `${pointer}/dynamic`, (content, inner, at) => resolve(content, inner, at, depth + 1));
  // Most of a configuration holds no reference, and is then shared instead of copied.
  return changed ? Object.fromEntries(fields) : raw;
}

/** A string: itself, the value of the one reference it is, or its parts joined. */
function resolveText(text: string, scope: Scope, pointer: string): Json {
  if (!isTemplate(text)) return text;
  if (!scope.world.spend(text.length)) return tooLarge;
  return joined(parseTemplate(text), scope, pointer);
}

function joined(parts: readonly TemplatePart[], scope: Scope, pointer: string): Json {
  for (const part of parts) if (typeof part !== "string" && part.expression.kind === "opaque") noteReferences(part.text, scope);
  const values = parts.map((part) =>
    typeof part === "string" ? part : explained(part.text, evaluate(part.expression, scope, pointer), scope),
  );
  if (values.length === 1) return values[0] as Json;
  const missing = values.find(isUnknown);
  if (missing !== undefined) return missing;
  if (values.some((value) => typeof value === "object"))
    return explained(parts.map((part) => (typeof part === "string" ? part : part.text)).join(""), notEvaluated, scope);
  const text = values.map(String).join("");
  return scope.world.spend(text.length) ? text : tooLarge;
}

/** What an expression that is not evaluated refers to, as far as its words are addresses of blocks that exist. */
function noteReferences(text: string, { references, stack }: Scope): void {
  if (references === undefined) return;
  for (const [address] of text.matchAll(/(?:data\.)?[\p{L}_][\p{L}\p{N}_-]*\.[\p{L}_][\p{L}\p{N}_-]*/gu)) {
    if (stack.declarations.has(address)) references.add(address);
  }
}

/** An Unknown that says which expression it comes from and where that is written. */
function explained(text: string, value: Json, { owner }: Scope): Json {
  if (!isUnknown(value)) return value;
  const shown = text.length > longestShown ? `${text.slice(0, longestShown)}…` : text;
  return unknown(`\`${shown}\` in \`${owner}\`: ${value.because}`);
}

/** The value of an expression; an Unknown says only why, not where. */
function evaluate(expression: Expression, scope: Scope, pointer: string): Json {
  switch (expression.kind) {
    case "literal":
      return expression.value;
    case "template":
      return joined(expression.parts, scope, pointer);
    case "list":
      return expression.items.map((item) => evaluate(item, scope, pointer));
    case "object":
      return evaluateObject(expression.entries, scope, pointer);
    case "call":
      return callFunction(
        expression.name,
        expression.args.map((each) => evaluate(each, scope, pointer)),
      );
    case "reference":
      return evaluateReference(expression, scope, pointer, { evaluate, resolve });
    case "opaque":
      return notEvaluated;
  }
}

function evaluateObject(entries: readonly (readonly [Expression, Expression])[], scope: Scope, pointer: string): JsonObject | Unknown {
  const values = entries.map(([key, value]) => [evaluate(key, scope, pointer), evaluate(value, scope, pointer)] as const);
  const unnamed = values.map(([key]) => key).find((key) => typeof key !== "string" && typeof key !== "number");
  if (unnamed !== undefined) return isUnknown(unnamed) ? unnamed : notEvaluated;
  return Object.fromEntries(values.map(([key, value]) => [String(key as string | number), value]));
}

import { isUnknown } from "../../engine/model";
import type { Json } from "../objects";
import { isList, isObject } from "./blocks";
import { notEvaluated } from "./scope";

/** The functions that only change the type of a literal, which is how CDKTF writes iterators, and the one it writes documents with. */
const functions: Readonly<Record<string, (argument: Json) => Json>> = {
  toset: toSet,
  tolist: (argument) => (isList(argument) ? argument : notEvaluated),
  tomap: (argument) => (isObject(argument) ? argument : notEvaluated),
  tostring: (argument) => (typeof argument === "number" || typeof argument === "boolean" ? String(argument) : argument),
  jsonencode: encode,
};

/** Calls a Terraform function, or leaves it to Terraform. */
export function callFunction(name: string, args: readonly Json[]): Json {
  const [argument] = args;
  if (argument === undefined || args.length > 1 || !Object.hasOwn(functions, name)) return notEvaluated;
  return isUnknown(argument) ? argument : (functions[name]?.(argument) ?? notEvaluated);
}

/** A set has no order and no repetition; with an unknown element its size is unknown as well. */
function toSet(argument: Json): Json {
  if (!isList(argument)) return notEvaluated;
  const missing = argument.find(isUnknown);
  if (missing !== undefined) return missing;
  return argument.every((each) => typeof each === "string") ? [...new Set(argument)].sort() : notEvaluated;
}

/** Keys sorted and `<`, `>`, `&` escaped, as Terraform does. */
function encode(argument: Json): Json {
  const missing = unknownIn(argument);
  if (missing !== undefined) return missing;
  const escapes: Readonly<Record<string, string>> = {
    "<": "\\u003c",
    ">": "\\u003e",
    "&": "\\u0026",
    "\u2028": "\\u2028",
    "\u2029": "\\u2029",
  };
  return JSON.stringify(sorted(argument)).replace(/[<>&\u2028\u2029]/g, (character) => escapes[character] ?? character);
}

function unknownIn(value: Json): Json | undefined {
  if (isUnknown(value)) return value;
  const children = isList(value) ? value : isObject(value) ? Object.values(value) : [];
  for (const child of children) {
    const missing = child === undefined ? undefined : unknownIn(child);
    if (missing !== undefined) return missing;
  }
  return undefined;
}

function sorted(value: Json): Json {
  if (isList(value)) return value.map(sorted);
  if (!isObject(value)) return value;
  const keys = Object.keys(value).sort();
  return Object.fromEntries(keys.map((key) => [key, sorted(value[key] ?? null)]));
}

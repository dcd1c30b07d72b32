import type { Json } from "../objects";
import { textAttribute } from "./blocks";

/**
 * A port that the provider keeps as a string: a number when Go's `strconv.Atoi` accepts it ("080" is 80), else a name. Absent when not set.
 */
export function intOrString(value: Json | undefined): Json | undefined {
  const text = textAttribute(value);
  return typeof text === "string" ? parseIntOrString(text) : text;
}

/** `intstr.Parse`: signs and leading zeros are fine, spaces and underscores are not; what fits 64 bits is cut to 32. */
export function parseIntOrString(text: string): number | string {
  if (!/^[+-]?[0-9]+$/.test(text)) return text;
  // BigInt takes any number of digits in quadratic time; no 64-bit number has more than 19.
  const digits = text.replace(/^[+-]/, "").replace(/^0+(?=.)/, "");
  if (digits.length > 19) return text;
  const value = text.startsWith("-") ? -BigInt(digits) : BigInt(digits);
  return value === BigInt.asIntN(64, value) ? Number(BigInt.asIntN(32, value)) : text;
}

import type { z } from "zod";
import { invalidValue } from "./settings-error";

/** How an environment variable spells a value: as it is, a number, true or false, `a,b`, or `key=value,key=value` (or JSON). */
export type TextForm = "text" | "number" | "flag" | "list" | "map";

/** One setting: what it means, what is allowed, and the value it has when nobody says otherwise. */
export interface Setting<T> {
  readonly doc: string;
  /** Completes the sentence "allowed is …". */
  readonly allowed: string;
  readonly schema: z.ZodType<T>;
  readonly form: TextForm;
  readonly default: T;
}

/** A table of settings by key. Its element type is left open: each setting has its own. */
export type SettingTable = Readonly<Record<string, Setting<unknown>>>;

/** The values a table describes. */
export type SettingValues<Table> = { readonly [Key in keyof Table]: Table[Key] extends Setting<infer T> ? T : never };

/** The prefix of every environment variable that holds a setting. The gate's own variables start with `NETPOL_` alone. */
export const environmentPrefix = "NETPOL_EKS_";

/** `nodeMinSize` is read from `NETPOL_EKS_NODE_MIN_SIZE`. */
export const environmentName = (key: string): string => environmentPrefix + key.replace(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase();

/** Checks one value against its setting. Throws a SettingsError that names the key, the value and what is allowed. */
export function checkedValue<T>(key: string, setting: Setting<T>, source: string, value: unknown): T {
  const result = setting.schema.safeParse(value);
  if (!result.success) throw invalidValue(key, source, value, setting.allowed);
  return result.data;
}

/** Turns the text of an environment variable into the value it spells; text that spells nothing is kept, for the check to refuse. */
export function fromText(form: TextForm, text: string): unknown {
  switch (form) {
    case "text":
      return text;
    case "number":
      return /^\d+$/.test(text) ? Number(text) : text;
    case "flag":
      return text === "true" ? true : text === "false" ? false : text;
    case "list":
      return text.split(",").map((part) => part.trim());
    case "map":
      return (text.trimStart().startsWith("{") ? objectOf(text) : entriesOf(text)) ?? text;
  }
}

/** The way to write values that hold commas. */
function objectOf(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

function entriesOf(text: string): Record<string, string> | undefined {
  const pairs = text.split(",").map((part) => /^\s*([^=]+?)\s*=(.*)$/.exec(part));
  if (pairs.some((pair) => pair === null)) return undefined;
  return Object.fromEntries(pairs.map((pair) => [pair?.[1] ?? "", pair?.[2]?.trim() ?? ""]));
}

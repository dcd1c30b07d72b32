/** Files that give variables their values: Terraform loads those of a folder by their names, over the defaults of the configuration there. */
import { isUnknown, unknown } from "../../engine/model";
import type { Json, JsonObject } from "../objects";
import { isObject } from "./blocks";
import { type Expression, parseExpression } from "./expression";

/** One file of values: HCL as text, or what its JSON holds. */
export interface VariableFile {
  readonly file: string;
  readonly text: string;
  readonly root?: Json;
}

/** Values of variables by name, for each folder. One that is not evaluated is an Unknown. */
export type FolderVariables = ReadonlyMap<string, ReadonlyMap<string, Json>>;

/** Whether Terraform loads a file because of its name. */
export const isVariableFile = (file: string): boolean => /(?:^|[\\/])(?:terraform|[^\\/]*\.auto)\.tfvars(?:\.json)?$/.test(file);

/** The folder of a file, with the separator at its end; nothing for a file without one. */
export const folderOf = (file: string): string => file.replace(/[^\\/]*$/, "");

/** The values of all files, folder by folder. Later files win: `terraform.tfvars`, `terraform.tfvars.json`, then the others by name. */
export function folderVariables(files: readonly VariableFile[]): FolderVariables {
  const folders = new Map<string, Map<string, Json>>();
  for (const each of files.toSorted((a, b) => (rank(a.file) < rank(b.file) ? -1 : 1))) {
    const folder = folderOf(each.file);
    const values = folders.get(folder) ?? new Map<string, Json>();
    folders.set(folder, values);
    for (const [name, value] of valuesOf(each)) values.set(name, value);
  }
  return folders;
}

const rank = (file: string): string => `${file.slice(folderOf(file).length).startsWith("terraform.tfvars") ? "0" : "1"}${file}`;

const valuesOf = ({ file, text, root }: VariableFile): readonly (readonly [string, Json])[] =>
  file.endsWith(".json") ? Object.entries(isObject(root) ? (root as Readonly<Record<string, Json>>) : {}) : assignments(file, text);

/**
 * What a file of HCL assigns. A value on one line that needs no evaluation is read; every other name that something is assigned to is not
 * known, wherever it stands.
 */
function assignments(file: string, text: string): readonly (readonly [string, Json])[] {
  const missing = unknown(`\`${file}\` sets it in a form that only Terraform reads`);
  // Inside of a text or a comment of several lines nothing is what it looks like.
  const isPlain = !/<<|\/\*/.test(text);
  const values = new Map<string, Json>();
  let depth = 0;
  for (const line of text.split(/\r?\n/)) {
    const [, name, written = ""] = /^\s*"?([\p{L}_][\p{L}\p{N}_-]*)"?\s*=(?!=)\s*(.*)$/u.exec(line) ?? [];
    if (name !== undefined) {
      const value = isPlain && depth === 0 ? literal(parseExpression(withoutComment(written))) : undefined;
      values.set(name, value ?? missing);
    }
    depth += nesting(line);
  }
  return [...values];
}

/** The one text or plain word that a line holds, without the comment behind it; a longer expression stays as it is. */
const withoutComment = (written: string): string => (/^("(?:[^"\\]|\\.)*"|[^"#\s/]+)\s*(?:#|\/\/).*$/.exec(written)?.[1] ?? written).trim();

/** How much deeper a line of HCL ends than it begins. */
function nesting(line: string): number {
  const code = line.replace(/"(?:[^"\\]|\\.)*"/g, "").replace(/(?:#|\/\/).*$/, "");
  return [...code].reduce((sum, char) => sum + ("([{".includes(char) ? 1 : ")]}".includes(char) ? -1 : 0), 0);
}

/** The value of an expression that refers to nothing; undefined for every other. */
function literal(expression: Expression): Json | undefined {
  switch (expression.kind) {
    case "literal":
      return expression.value;
    case "template":
      return expression.parts.every((part) => typeof part === "string") ? expression.parts.join("") : undefined;
    case "list": {
      const items = expression.items.map(literal).filter((item) => item !== undefined);
      return items.length === expression.items.length ? items : undefined;
    }
    case "object":
      return literalObject(expression.entries);
    default:
      return undefined;
  }
}

function literalObject(entries: readonly (readonly [Expression, Expression])[]): JsonObject | undefined {
  const values = entries.map(([key, value]) => [literal(key), literal(value)] as const);
  if (values.some(([key, value]) => typeof key !== "string" || value === undefined || isUnknown(value))) return undefined;
  return Object.fromEntries(values) as JsonObject;
}

/** Runs the tables of the conformance collection: what is valid, what is defaulted, what a selector matches. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { selects } from "../../engine";
import { isUnknown } from "../../engine/model";
import { effectivePolicyTypes, readSelector } from "../../inputs/kubernetes";
import type { JsonObject } from "../../inputs/objects";
import {
  type FieldError,
  labelKeyProblems,
  labelValueProblems,
  validateObject,
  validateUpdate,
  type ValidationOptions,
} from "../../inputs/validation";

/** One row that came out otherwise than the table says. */
export interface TableFailure {
  readonly file: string;
  readonly name: string;
  readonly expected: string;
  readonly got: string;
}

/** What a family of tables came to. */
export interface TableResult {
  readonly family: string;
  readonly passed: number;
  readonly failures: readonly TableFailure[];
}

interface Row extends JsonObject {
  readonly name: string;
}

interface Table {
  readonly family: string;
  readonly kind: string;
  readonly cases: readonly Row[];
}

/** One comparison; a row has several when it holds under several settings. */
interface Check {
  readonly expected: string;
  readonly got: string;
}

/** Runs every table in a folder and the folders below it; one result per family, in alphabetical order. */
export function runTables(directory: string): readonly TableResult[] {
  const results = new Map<string, TableResult>();
  for (const file of yamlFiles(directory)) {
    const document: unknown = parse(readFileSync(file, "utf8"));
    if (!isTable(document)) continue;
    const before = results.get(document.family) ?? { family: document.family, passed: 0, failures: [] };
    const { passed, failures } = runTable(document, file);
    results.set(document.family, { ...before, passed: before.passed + passed, failures: [...before.failures, ...failures] });
  }
  return [...results.values()].sort((a, b) => (a.family < b.family ? -1 : 1));
}

const yamlFiles = (directory: string): readonly string[] =>
  readdirSync(directory, { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".yaml"))
    .sort()
    .map((file) => join(directory, file));

/** Whether a file of the collection is a table, and not a case or a cluster. */
export const isTable = (document: unknown): document is Table =>
  typeof document === "object" && document !== null && "cases" in document && Array.isArray(document.cases) && "kind" in document;

function runTable(table: Table, file: string): Omit<TableResult, "family"> {
  const check = checks[table.kind] ?? unreadable(table.kind);
  const all = table.cases.flatMap((row) => check(row).map((each) => ({ file, name: row.name, ...each })));
  const failures = all.filter(({ expected, got }) => expected !== got);
  return { passed: all.length - failures.length, failures };
}

const unreadable = (kind: string) => (): readonly Check[] => [{ expected: `a way to check \`${kind}\``, got: "none" }];

const checks: Readonly<Record<string, (row: Row) => readonly Check[]>> = {
  validation: (row) => strictSettings(row).map((options) => compareErrors(row, validateObject(row.object as JsonObject, options))),
  "update-validation": (row) =>
    strictSettings(row).map((options) => compareErrors(row, validateUpdate(row.old as JsonObject, row.new as JsonObject, options))),
  "crd-validation": checkCustomResource,
  defaulting: checkDefaults,
  "label-syntax": checkLabels,
  "selector-matching": checkSelector,
};

/** `any` holds with and without the gate. */
function strictSettings(row: Row): readonly ValidationOptions[] {
  const { strictCIDR } = (row.options ?? {}) as { readonly strictCIDR?: boolean | "any" };
  return typeof strictCIDR === "boolean" ? [{ strictCIDR }] : [{ strictCIDR: true }, { strictCIDR: false }];
}

interface ExpectedError {
  readonly field: string;
  readonly type?: string;
  readonly rule?: string;
}

const expectedErrors = (row: Row): readonly ExpectedError[] => row.errors as unknown as readonly ExpectedError[];

/** The same pair twice counts once. */
const asSet = (texts: readonly string[]): string => [...new Set(texts)].sort().join(", ");

function compareErrors(row: Row, errors: readonly FieldError[]): Check {
  const text = ({ field, type = "" }: ExpectedError): string => `${field} ${type}`;
  return { expected: asSet(expectedErrors(row).map(text)), got: asSet(errors.map(text)) };
}

/**
 * The names after `cel:` are the collection's own words for expressions. One that the validator has no word for is compared by field and by
 * being an expression.
 */
const expressionWords = ["isCIDR", "name-is-default", "namedPort-needs-pod-peers", "start<end"].map((word) => `cel:${word}`);

function checkCustomResource(row: Row): readonly Check[] {
  const channel = row.channel === "standard" ? "standard" : "experimental";
  const expected = expectedErrors(row);
  const foreign = expected.filter(({ rule = "" }) => rule.startsWith("cel:") && !expressionWords.includes(rule)).map(({ field }) => field);
  const text = ({ field, rule = "" }: ExpectedError): string =>
    `${field} ${rule.startsWith("cel:") && foreign.includes(field) ? "cel" : rule}`;
  const errors = validateObject(row.object as JsonObject, { channel });
  return [{ expected: asSet(expected.map(text)), got: asSet(errors.map(text)) }];
}

function checkDefaults(row: Row): readonly Check[] {
  const types = effectivePolicyTypes(row.spec);
  return [{ expected: JSON.stringify(row.effectivePolicyTypes), got: isUnknown(types) ? "not known" : JSON.stringify(types) }];
}

function checkLabels(row: Row): readonly Check[] {
  const labels = Object.entries(row.labels as Readonly<Record<string, string>>);
  const problems = labels.flatMap(([key, value]) => [...labelKeyProblems(key), ...labelValueProblems(value)]);
  return [
    { expected: row.valid === true ? "" : JSON.stringify(row.problem), got: problems.length === 0 ? "" : JSON.stringify(asSet(problems)) },
  ];
}

/** A selector that is null, and not empty, selects nothing. */
function checkSelector(row: Row): readonly Check[] {
  const selector = row.selector as JsonObject | null;
  const answer = selector === null ? "no" : selects(readSelector(selector), row.labels as Readonly<Record<string, string>>);
  return [{ expected: row.matches === true ? "yes" : "no", got: answer }];
}

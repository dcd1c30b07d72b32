/** Runs the tables of the conformance collection: what is valid, what is defaulted, what a selector matches. */
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
import type { TableFile } from "./case-file";

/** One row that came out otherwise than the table says. */
export interface TableFailure {
  readonly file: string;
  readonly name: string;
  readonly expected: string;
  readonly got: string;
}

/** What the rows of a table came to. */
export interface TableResult {
  readonly passed: number;
  readonly failures: readonly TableFailure[];
}

type Row = TableFile["cases"][number];

/** One comparison; a row has several when it holds under several settings. */
interface Check {
  readonly expected: string;
  readonly got: string;
}

/** Runs one table. A row that cannot be checked is a failure. */
export function runTable(table: TableFile, file: string): TableResult {
  const check = checks[table.kind] ?? unreadable(table.kind);
  const all = table.cases.flatMap((row) => checkSafely(check, row).map((each) => ({ file, name: row.name, ...each })));
  const failures = all.filter(({ expected, got }) => expected !== got);
  return { passed: all.length - failures.length, failures };
}

function checkSafely(check: (row: Row) => readonly Check[], row: Row): readonly Check[] {
  try {
    return check(row);
  } catch (error) {
    return [{ expected: "an answer", got: `an error: ${error instanceof Error ? error.message : String(error)}` }];
  }
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

const expectedErrors = (row: Row): readonly ExpectedError[] => (row.errors ?? []) as unknown as readonly ExpectedError[];

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

/** What the table calls a problem that the reader knows too; under another word only that there is one is compared. */
const problemWords = ["key-shape", "key-prefix", "key-length", "key-name", "value-length", "value-characters"];

/** The table names the one problem a row is about; a label may have others with it, as an empty name has no length and no shape. */
function checkLabels(row: Row): readonly Check[] {
  const labels = Object.entries(row.labels as Readonly<Record<string, string>>);
  const problems: readonly string[] = labels.flatMap(([key, value]) => [...labelKeyProblems(key), ...labelValueProblems(value)]);
  if (row.valid === true) return [{ expected: "valid", got: problems.length === 0 ? "valid" : asSet(problems) }];
  const expected = typeof row.problem === "string" && problemWords.includes(row.problem) ? row.problem : "invalid";
  const isNamed = problems.includes(expected) || (expected === "invalid" && problems.length > 0);
  return [{ expected, got: isNamed ? expected : problems.length === 0 ? "valid" : asSet(problems) }];
}

/** A selector that is null, and not empty, selects nothing. */
function checkSelector(row: Row): readonly Check[] {
  const selector = row.selector as JsonObject | null;
  const answer = selector === null ? "no" : selects(readSelector(selector), row.labels as Readonly<Record<string, string>>);
  return [{ expected: row.matches === true ? "yes" : "no", got: answer }];
}

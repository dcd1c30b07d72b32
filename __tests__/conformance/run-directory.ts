/** Runs every case of a folder, of all families, tables included. */
import { readdirSync, readFileSync, statSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { type CaseFile, type ClusterObjects, type Document, readDocument, type TableFile } from "./case-file";
import { type Mismatch, runCase } from "./connectivity";
import { runTable } from "./tables";

/** A mismatch, with the file and case it is of. */
export interface CaseMismatch extends Mismatch {
  readonly file: string;
  readonly name: string;
}

/** What all cases of one family came to. */
export interface FamilyResult {
  readonly family: string;
  /** Files of cases, and rows of tables. */
  readonly cases: number;
  readonly assertions: number;
  readonly mismatches: readonly CaseMismatch[];
}

/** A folder that cannot be run: what, where, and the way out. */
export class UnusableFolder extends Error {}

/**
 * Runs all cases under a folder; one result per family, in alphabetical order. A folder that is missing or has no case, and a file that is no
 * part of the collection, is an UnusableFolder.
 */
export function runDirectory(directory: string): readonly FamilyResult[] {
  const results = new Map<string, FamilyResult>();
  for (const file of yamlFiles(directory)) {
    const result = runFile(join(directory, file), file);
    if (result === undefined) continue;
    const before = results.get(result.family);
    results.set(result.family, before === undefined ? result : together(before, result));
  }
  if (results.size === 0) throw new UnusableFolder(`\`${directory}\` has no case in it or below; name a folder with case files (*.yaml)`);
  return [...results.values()].sort((a, b) => (a.family < b.family ? -1 : 1));
}

const together = (a: FamilyResult, b: FamilyResult): FamilyResult => ({
  family: a.family,
  cases: a.cases + b.cases,
  assertions: a.assertions + b.assertions,
  mismatches: [...a.mismatches, ...b.mismatches],
});

function yamlFiles(directory: string): readonly string[] {
  if (statSync(directory, { throwIfNoEntry: false })?.isDirectory() !== true)
    throw new UnusableFolder(`\`${directory}\` is not a folder; name one with case files (*.yaml)`);
  return readdirSync(directory, { recursive: true, encoding: "utf8" })
    .filter((file) => /\.ya?ml$/.test(file))
    .sort();
}

function runFile(path: string, file: string): FamilyResult | undefined {
  const document = readFile(path);
  if (document.holds === "base") return undefined;
  return document.holds === "case" ? caseResult(document.file, path, file) : tableResult(document.file, file);
}

function caseResult(content: CaseFile, path: string, file: string): FamilyResult {
  const { family, name } = content;
  const { assertions, mismatches } = runCase(content, (reference) => readBase(join(dirname(path), reference), file));
  return {
    family,
    cases: 1,
    assertions,
    mismatches: mismatches.map((mismatch) => ({ file, name, ...mismatch })),
  };
}

function tableResult(table: TableFile, file: string): FamilyResult {
  const { passed, failures } = runTable(table, file);
  return {
    family: table.family,
    cases: table.cases.length,
    assertions: passed + failures.length,
    mismatches: failures.map((failure) => ({ ...failure, where: table.kind, because: "" })),
  };
}

function readFile(path: string): Document {
  try {
    return readDocument(readFileSync(path, "utf8"));
  } catch (error) {
    const reason = error instanceof Error ? (error.message.split("\n")[0] ?? "") : String(error);
    throw new UnusableFolder(`\`${path}\` is no case file: ${reason}; mend it, or move it out of the folder`);
  }
}

const bases = new Map<string, ClusterObjects>();

/** Cases share bases: each is read once. */
function readBase(path: string, neededBy: string): ClusterObjects {
  const known = bases.get(path);
  if (known !== undefined) return known;
  if (statSync(path, { throwIfNoEntry: false }) === undefined)
    throw new UnusableFolder(`\`${neededBy}\` refers to \`${relative(".", path)}\`, which is not there; put it beside the case`);
  const document = readFile(path);
  if (document.holds !== "base")
    throw new UnusableFolder(`\`${neededBy}\` refers to \`${relative(".", path)}\`, which is no cluster; name a base file`);
  bases.set(path, document.cluster);
  return document.cluster;
}

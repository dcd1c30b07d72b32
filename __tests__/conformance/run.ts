/**
 * Holds the engine against every case file under a folder: `npm run conformance -- DIR`. Without DIR, against the collection this project keeps.
 * Exit code 0: nothing differs; 1: something does; 2: the folder cannot be run.
 */
import { join, resolve } from "node:path";
import { describeMismatch, summary } from "./report";
import { type FamilyResult, runDirectory, UnusableFolder } from "./run-directory";

function main(directory: string): number {
  const results = runDirectory(directory);
  const mismatches = results.flatMap((result) => result.mismatches);
  print(mismatches.map(describeMismatch));
  print([...summary(results), total(results)]);
  return mismatches.length === 0 ? 0 : 1;
}

function total(results: readonly FamilyResult[]): string {
  const sum = (of: (result: FamilyResult) => number): number => results.reduce((all, result) => all + of(result), 0);
  const mismatches = sum((result) => result.mismatches.length);
  return mismatches === 0
    ? `no mismatch in ${sum(({ assertions }) => assertions).toLocaleString("en")} assertions`
    : `${mismatches.toLocaleString("en")} mismatches`;
}

const print = (lines: readonly string[]): void => {
  if (lines.length > 0) process.stdout.write(`${lines.join("\n")}\n`);
};

/** The folder as the user means it: npm runs scripts in the root of the project, wherever it was called. */
function folder(given: readonly string[]): string {
  const [directory, ...more] = given;
  if (more.length > 0) throw new UnusableFolder(`one folder is run at a time, not ${String(given.length)}; name the folder above them`);
  return directory === undefined ? join(__dirname, "data") : resolve(process.env.INIT_CWD ?? ".", directory);
}

function exitCode(given: readonly string[]): number {
  try {
    return main(folder(given));
  } catch (error) {
    if (!(error instanceof UnusableFolder)) throw error;
    process.stderr.write(`error: ${error.message}\n`);
    return 2;
  }
}

process.exitCode = exitCode(process.argv.slice(2));

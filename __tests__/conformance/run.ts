/**
 * Holds the engine against every case file under a folder: `npm run conformance -- DIR`. Without DIR, against the collection this project keeps.
 * Exit code 0: nothing differs; 1: something does; 2: the folder cannot be run.
 */
import { join } from "node:path";
import { describeMismatch, summary } from "./report";
import { type FamilyResult, runDirectory, UnusableFolder } from "./run-directory";

function main(directory: string): number {
  const results = runDirectory(directory);
  const mismatches = results.flatMap((result) => result.mismatches);
  print(mismatches.map(describeMismatch));
  print(results.flatMap(({ notAsked }) => notAsked).map((reason) => `NOT ASKED ${reason}`));
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

function exitCode(directory: string): number {
  try {
    return main(directory);
  } catch (error) {
    if (!(error instanceof UnusableFolder)) throw error;
    process.stderr.write(`error: ${error.message}\n`);
    return 2;
  }
}

process.exitCode = exitCode(process.argv[2] ?? join(__dirname, "data"));

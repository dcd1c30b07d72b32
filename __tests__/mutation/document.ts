import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { format, resolveConfig } from "prettier";
import { root } from "./copy";
import type { Fault } from "./fault";
import { faults } from "./faults";

/** A fault with the first part of the suite that noticed it; undefined: none did. */
export interface Result {
  readonly fault: Fault;
  readonly noticedBy: string | undefined;
}

const path = join(root, "docs", "mutation.md");

const missed = "**not noticed**";
const notRun = "not run";

const keyOf = ({ file, why }: Fault): string => `\`${file}\` | ${why}`;

/** Writes what came out; faults that were not run keep the line they have. */
export async function recordResults(results: readonly Result[]): Promise<void> {
  const lines = new Map([...recorded(), ...results.map(({ fault, noticedBy }) => [keyOf(fault), noticedBy ?? missed] as const)]);
  const rows = faults.map((fault) => [keyOf(fault), lines.get(keyOf(fault)) ?? notRun] as const);
  const noticed = rows.filter(([, by]) => by !== missed && by !== notRun).length;
  const text = `# Do the tests notice mistakes?

Each line is a deliberate mistake in the code that decides, put into a copy of the project alone. A fast part of the suite is run against the copy and must fail.
The last column says which part did first; parts after it were not asked. \`npm run mutation\` repeats this and writes this page, and \`npm run mutation -- WORDS\`
renews the lines that have the words.

${String(noticed)} of ${String(rows.length)} mistakes are noticed.

| file | mistake | noticed by |
| --- | --- | --- |
${rows.map(([key, by]) => `| ${key} | ${by} |`).join("\n")}
`;
  writeFileSync(path, await format(text, { ...(await resolveConfig(path)), parser: "markdown" }));
}

function recorded(): readonly (readonly [key: string, noticedBy: string])[] {
  if (!existsSync(path)) return [];
  return readFileSync(path, "utf8")
    .split("\n")
    .filter((line) => line.startsWith("| `"))
    .map((line) => line.split("|").map((cell) => cell.trim()))
    .map(([, file = "", why = "", by = ""]) => [`${file} | ${why}`, by] as const);
}

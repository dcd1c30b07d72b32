/**
 * Whether the tests notice mistakes: each fault is put into a copy of the project, alone, and a fast part of the suite must fail there.
 * `npm run mutation` runs them all and writes the result to docs/mutation.md. Exit code 0: all noticed; 1: some are not; 2: it could not run.
 */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { format, resolveConfig } from "prettier";
import { Copy, root } from "./copy";
import { type Fault, faults } from "./faults";
import { notice, type Notice } from "./notice";

/** A fault with the first part of the suite that noticed it; absent: none did. */
interface Result {
  readonly fault: Fault;
  readonly notice?: Notice;
}

/** As many as leave each a processor of its own on a small machine. */
const workers = 2;

async function main(): Promise<number> {
  const copies = Array.from({ length: workers }, () => new Copy());
  try {
    for (const fault of faults) copies[0]?.check(fault);
    await requireSound(copies);
    const results = await runAll(copies);
    await writeDocument(results);
    const missed = results.filter((result) => result.notice === undefined);
    process.stdout.write(`${String(results.length - missed.length)} of ${String(results.length)} faults noticed\n`);
    return missed.length === 0 ? 0 : 1;
  } finally {
    for (const copy of copies) copy.remove();
  }
}

/** Without a fault nothing may fail, or failing would say nothing. */
async function requireSound(copies: readonly Copy[]): Promise<void> {
  const [first] = copies;
  const found = first === undefined ? undefined : await notice(first);
  if (found !== undefined) throw new Error(`without any fault, ${found.by} fails: mend it first\n${found.output}`);
}

async function runAll(copies: readonly Copy[]): Promise<readonly Result[]> {
  const results = new Map<Fault, Result>();
  const queue = [...faults];
  const work = async (copy: Copy): Promise<void> => {
    for (let fault = queue.shift(); fault !== undefined; fault = queue.shift()) {
      const found = await copy.with(fault, () => notice(copy));
      results.set(fault, { fault, ...(found === undefined ? {} : { notice: found }) });
      process.stdout.write(`${found === undefined ? "MISSED" : `noticed by ${found.by}`}: ${fault.file}: ${fault.why}\n`);
    }
  };
  await Promise.all(copies.map(work));
  return faults.flatMap((fault) => results.get(fault) ?? []);
}

async function writeDocument(results: readonly Result[]): Promise<void> {
  const path = join(root, "docs", "mutation.md");
  const rows = results.map(({ fault, notice: found }) => `| \`${fault.file}\` | ${fault.why} | ${found?.by ?? "**not noticed**"} |`);
  const noticed = results.filter((result) => result.notice !== undefined).length;
  const text = `# Do the tests notice mistakes?

Each line is a deliberate mistake in the code that decides, put into a copy of the project alone. A fast part of the suite is run against the copy and must fail.
The last column says which part did first; parts after it were not asked. \`npm run mutation\` repeats this and writes this page.

${String(noticed)} of ${String(results.length)} mistakes are noticed.

| file | mistake | noticed by |
| --- | --- | --- |
${rows.join("\n")}
`;
  writeFileSync(path, await format(text, { ...(await resolveConfig(path)), parser: "markdown" }));
}

main().then(
  (code) => {
    process.exitCode = code;
  },
  (error: unknown) => {
    process.stderr.write(`error: ${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 2;
  },
);

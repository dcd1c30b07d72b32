/**
 * Whether the tests notice mistakes: each fault is put into a copy of the project, alone, and a fast part of the suite must fail there.
 * `npm run mutation` runs them all and writes the result to docs/mutation.md; `npm run mutation -- WORDS` runs those whose file or
 * description has the words, and renews their lines. Exit code 0: all noticed; 1: some are not; 2: it could not run.
 */
import { Copy } from "./copy";
import { recordResults, type Result } from "./document";
import type { Fault } from "./fault";
import { faults } from "./faults";
import { notice } from "./notice";

/** As many as leave each a processor of its own on a small machine. */
const workers = 2;

async function main(words: string): Promise<number> {
  const wanted = faults.filter(({ file, why }) => `${file}: ${why}`.includes(words));
  if (wanted.length === 0) throw new Error(`no fault has \`${words}\` in its file or description`);
  const copies = Array.from({ length: workers }, () => new Copy());
  try {
    for (const fault of faults) copies[0]?.check(fault);
    await requireSound(copies);
    const results = await runAll(copies, wanted);
    await recordResults(results);
    const missed = results.filter(({ noticedBy }) => noticedBy === undefined);
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

async function runAll(copies: readonly Copy[], wanted: readonly Fault[]): Promise<readonly Result[]> {
  const results = new Map<Fault, Result>();
  const queue = [...wanted];
  const work = async (copy: Copy): Promise<void> => {
    for (let fault = queue.shift(); fault !== undefined; fault = queue.shift()) {
      const found = await copy.with(fault, () => notice(copy));
      results.set(fault, { fault, noticedBy: found?.by });
      // A run takes long and may be ended: what is known is kept.
      await recordResults([...results.values()]);
      process.stdout.write(`${found === undefined ? "MISSED" : `noticed by ${found.by}`}: ${fault.file}: ${fault.why}\n`);
    }
  };
  await Promise.all(copies.map(work));
  return wanted.flatMap((fault) => results.get(fault) ?? []);
}

main(process.argv.slice(2).join(" ")).then(
  (code) => {
    process.exitCode = code;
  },
  (error: unknown) => {
    process.stderr.write(`error: ${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 2;
  },
);

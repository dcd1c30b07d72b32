import { existsSync } from "node:fs";
import { type Command, Option } from "commander";
import { emptyInput } from "../empty-input";
import { exitCodes } from "../exit-code";
import { Failure } from "../failure";
import { type BaselineEntry, readBaseline, writeBaseline } from "../gate/baseline";
import { baselineFile, findingOptions, type RuleOptions, withRules } from "../gate/check-report";
import { findAll, type Found } from "../gate/findings";
import { Session, withSources } from "../options";
import { run } from "../terminal";

interface CreateOptions extends Omit<RuleOptions, "output"> {
  readonly output?: string;
  readonly force?: true;
}

interface PruneOptions extends RuleOptions {
  readonly baseline?: string;
}

const usualFile = "netpol.baseline.json";

/** `netpol baseline`: findings that were there before the gate was, and fail nothing. */
export function addBaseline(program: Command): void {
  const baseline = program
    .command("baseline")
    .summary("findings that were there before the gate was")
    .description(
      "Writes the fingerprints of what is found today, so that a gate fails only for what comes new; and drops those that are mended.",
    )
    .addHelpText("after", examples);
  addCreate(baseline);
  addPrune(baseline);
}

const examples = `
Exit codes: 0 done, 2 could not run, 3 the input holds no object

Examples:
  $ netpol baseline create cdktf.out
  $ netpol check cdktf.out --baseline netpol.baseline.json
  $ netpol baseline prune cdktf.out --baseline netpol.baseline.json`;

function addCreate(baseline: Command): void {
  const create = baseline
    .command("create")
    .description("Writes the fingerprints of what is found today.")
    .argument("[input...]", "what is there");
  withRules(withSources(create))
    .addOption(new Option("-o, --output <file>", `where to write it (default: the baseline of the configuration, else ${usualFile})`))
    .addOption(new Option("--force", "replace a baseline that is there: what is new is accepted with it"))
    .addHelpText("after", examples)
    .action(async (inputs: readonly string[], { output, force, ...options }: CreateOptions) => {
      await run(() =>
        createBaseline(new Session(create, options), inputs, {
          ...options,
          ...(output === undefined ? {} : { file: output }),
          isForced: force === true,
        }),
      );
    });
}

function addPrune(baseline: Command): void {
  const prune = baseline
    .command("prune")
    .description("Drops from a baseline what is no longer found. What rules that were not run had found stays.")
    .argument("[input...]", "what is there");
  withRules(withSources(prune))
    .addOption(
      new Option("--baseline <file>", `the baseline (default: that of the configuration, else ${usualFile})`).env("NETPOL_BASELINE"),
    )
    .addHelpText("after", examples)
    .action(async (inputs: readonly string[], options: PruneOptions) => {
      await run(() => pruneBaseline(new Session(prune, options), inputs, options));
    });
}

/** What is found, without a baseline. None where the input holds no object: a baseline of nothing would be made of a mistyped path. */
function findingsOf(session: Session, inputs: readonly string[], options: RuleOptions): Found | undefined {
  const wanted = findingOptions(session, options, []);
  const analysis = session.analyse(inputs);
  if (analysis.isEmpty && options.allowEmpty === undefined) {
    process.stderr.write(emptyInput(analysis, "so nothing was written"));
    return undefined;
  }
  return analysis.conceal(findAll(analysis, wanted));
}

/** What the tool says of its own input is not part of a baseline: it cannot be accepted. */
const entriesOf = ({ findings, rules }: Found): readonly BaselineEntry[] => {
  const tool = new Set(rules.filter(({ category }) => category === "tool").map(({ code }) => code));
  return findings
    .filter(({ status, code }) => status === "new" && !tool.has(code))
    .map(({ fingerprint, code, subject: { kind, namespace, name } }) => ({
      fingerprint,
      code,
      subject: `${kind} ${[namespace, name].filter((part) => part !== undefined).join("/")}`,
    }));
};

function createBaseline(
  session: Session,
  inputs: readonly string[],
  { file: named, isForced, ...options }: RuleOptions & { readonly file?: string; readonly isForced: boolean },
): number {
  const file = baselineFile(session, named) ?? usualFile;
  if (existsSync(file) && !isForced)
    throw new Failure(`\`${file}\` is there already; \`netpol baseline prune\` drops what is mended, \`--force\` accepts everything anew`);
  const found = findingsOf(session, inputs, options);
  if (found === undefined) return exitCodes.undecided;
  const count = writeBaseline(file, entriesOf(found));
  process.stdout.write(
    `${file}: ${String(count)} ${count === 1 ? "finding" : "findings"} accepted; use it with \`--baseline ${file}\`, or \`baseline\` in netpol.config.yaml\n`,
  );
  return exitCodes.passed;
}

function pruneBaseline(session: Session, inputs: readonly string[], options: PruneOptions): number {
  const file = baselineFile(session, options.baseline) ?? usualFile;
  const entries = readBaseline(file);
  const found = findingsOf(session, inputs, options);
  if (found === undefined) return exitCodes.undecided;
  const there = new Set(found.findings.map(({ fingerprint }) => fingerprint));
  const wasRun = new Set(found.rules.filter(({ severity }) => severity !== "off").map(({ code }) => code));
  const kept = entries.filter(({ fingerprint, code }) => there.has(fingerprint) || !wasRun.has(code));
  const dropped = entries.filter((entry) => !kept.includes(entry));
  if (dropped.length > 0) writeBaseline(file, kept);
  for (const { code, subject } of dropped) process.stdout.write(`dropped: ${code} ${subject}\n`);
  process.stdout.write(`${file}: ${String(dropped.length)} dropped, ${String(kept.length)} kept\n`);
  return exitCodes.passed;
}

import { resolve } from "node:path";
import { Option, type Command } from "commander";
import { checkExpectations, type Evaluation } from "../../engine";
import { isolationOf } from "../../engine/isolation";
import { clusterChange, type CheckReport, type Finding, type ReportNote } from "../../engine/report";
import type { Analysis } from "../analysis";
import { Failure } from "../failure";
import { collect, type CommonOptions, type GateOptions, type Session } from "../options";
import { suggestion } from "../../inputs/yaml-value";
import { today } from "../today";
import { type BaselineEntry, readBaseline } from "./baseline";
import { doubtsOf } from "./doubts";
import { enforcementChange, enforcementNotes } from "./enforcement-change";
import { findAll, type Found, type FindingOptions } from "./findings";
import { gateResult } from "./gate";
import { loadExpectations, type LoadedExpectations } from "./load-expectations";
import { ruleCodes, ruleSeverities } from "./rule-severities";

/** What decides which rules are run and which findings count. */
export interface RuleOptions extends CommonOptions {
  readonly rule?: readonly string[];
  readonly only?: readonly string[];
  readonly skip?: readonly string[];
  readonly disallowSuppressions?: string;
}

/** What `netpol check` takes. */
export interface CheckOptions extends RuleOptions, GateOptions {
  readonly expectations?: readonly string[];
  readonly baseline?: string;
}

const sources = ["config", "annotation", "comment", "construct"] as const;

/** Adds what decides which rules are run and which findings count. */
export const withRules = (command: Command): Command =>
  command
    .addOption(new Option("--rule <id=severity>", "severity of a rule: error, warning, info or off; may be repeated").argParser(collect))
    .addOption(new Option("--only <id>", "only these rules, such as NP201 or NP1*; may be repeated").argParser(collect))
    .addOption(new Option("--skip <id>", "all but these rules; may be repeated").argParser(collect))
    .addOption(
      new Option("--disallow-suppressions <sources>", `sources of suppressions that do not count, for audits: ${sources.join(",")}`),
    );

/**
 * Everything `netpol check` says of its inputs. Expectations and baseline are read first: what is wrong with them is known at once.
 *
 * @param texts new texts of files that are read, by name. @default none
 */
export function checkReport(
  session: Session,
  inputs: readonly string[],
  options: CheckOptions,
  texts?: ReadonlyMap<string, string>,
): { readonly report: CheckReport; readonly found: Found; readonly analysis: Analysis } {
  const expected = session.phases.run("expectations", () => expectationsOf(session, options));
  const wanted = findingOptions(session, options, baselineOf(session, options));
  const analysis = session.analyse(inputs, texts);
  const found = session.phases.run("lint", () => findAll(analysis, wanted));
  const { evaluation } = analysis;
  const before = analysis.before?.evaluation;
  const expectations = session.phases.run("expect", () =>
    checkExpectations({ ...expected, evaluation, today: today(), ...(before === undefined ? {} : { before }) }, expected.expectations),
  );
  const change = before === undefined ? undefined : session.phases.run("diff", () => clusterChange(before, evaluation));
  const enforced = enforcementChange(analysis);
  const parts = {
    findings: found.findings,
    expectations,
    inputs: analysis.report.inputs,
    ...(change === undefined ? {} : { diff: change.connections }),
  };
  const report: CheckReport = {
    kind: "check",
    ...analysis.report,
    ...parts,
    notes: [
      ...enforcementNotes(enforced),
      ...unheldChangePolicy(session, before),
      ...analysis.report.notes.filter((note) => !isFound(note, found)),
    ],
    gate: gateResult({ ...parts, doubts: doubtsOf(analysis), enforcementChange: enforced }, session.gate),
    summary: summaryOf(evaluation, parts),
    rules: found.rules,
    rulesNotRun: found.notRun,
    ...(options.timings === true ? { timings: session.phases.timings } : {}),
  };
  return { report, found, analysis };
}

/** Whether a finding says the same already. */
const isFound = ({ message }: ReportNote, { findings }: Found): boolean => findings.some((each) => each.message === message);

/** A change policy that is asked for and cannot be held must not look as if it had been. */
function unheldChangePolicy({ gate }: Session, before: Evaluation | undefined): CheckReport["notes"] {
  if (before !== undefined || gate.failOnChange === "none") return [];
  const message = `nothing tells what was there before, so \`--fail-on-change ${gate.failOnChange}\` was not held: give a plan, or \`--before\``;
  return [{ severity: "warning", message, location: {} }];
}

function expectationsOf(session: Session, { expectations }: CheckOptions): LoadedExpectations {
  const { config, folder } = session.loaded;
  return expectations === undefined
    ? loadExpectations(config.expectations ?? [], folder)
    : loadExpectations([expectations].flat(), process.cwd());
}

/** The file that an option, its variable or the configuration names as baseline. */
export function baselineFile({ loaded }: Session, baseline: string | undefined): string | undefined {
  const { baseline: configured } = loaded.config;
  return baseline ?? (configured === undefined ? undefined : resolve(loaded.folder, configured));
}

function baselineOf(session: Session, { baseline }: CheckOptions): readonly BaselineEntry[] {
  const file = baselineFile(session, baseline);
  return file === undefined ? [] : readBaseline(file);
}

/** What the options of a command ask of the rules. */
export function findingOptions(session: Session, options: RuleOptions, baseline: readonly BaselineEntry[]): FindingOptions {
  const { only, skip, disallowSuppressions } = options;
  return {
    loaded: session.loaded,
    baseline,
    today: today(),
    severities: ruleSeverities(session.loaded.config.rules ?? {}, options.rule ?? []),
    ...(only === undefined ? {} : { only: ruleCodes("--only", only) }),
    ...(skip === undefined ? {} : { skip: ruleCodes("--skip", skip) }),
    ...(disallowSuppressions === undefined ? {} : { disallow: disallowSuppressions.split(",").map(sourceNamed) }),
  };
}

function sourceNamed(text: string): string {
  const found = sources.find((each) => each === text.trim());
  if (found === undefined) throw new Failure(`\`--disallow-suppressions ${text}\` is no source${suggestion(text, sources)}`);
  return found;
}

function summaryOf(
  evaluation: Evaluation,
  { findings, expectations, diff }: Pick<CheckReport, "findings" | "expectations" | "diff">,
): CheckReport["summary"] {
  const { workloads, namespaces, policies, clusterPolicies } = evaluation.cluster;
  const isolated = (direction: "ingress" | "egress"): number =>
    workloads.filter((each) => isolationOf(evaluation, each, direction) === "yes").length;
  const ofSeverity = (severity: Finding["severity"]): number =>
    findings.filter((each) => each.status === "new" && each.severity === severity).length;
  const ofStatus = (status: Finding["status"]): number => findings.filter((each) => each.status === status).length;
  const results = (result: string): number => expectations.filter((each) => each.result === result).length;
  const changes = (kind: string): number => (diff ?? []).filter((each) => each.kind === kind).length;
  return {
    workloads: workloads.length,
    namespaces: namespaces.length,
    policies: policies.length + clusterPolicies.length,
    isolated: { ingress: isolated("ingress"), egress: isolated("egress") },
    findings: {
      error: ofSeverity("error"),
      warning: ofSeverity("warning"),
      info: ofSeverity("info"),
      suppressed: ofStatus("suppressed"),
      baselined: ofStatus("baselined"),
    },
    expectations: { passed: results("passed"), failed: results("failed"), undecided: results("undecided") },
    ...(diff === undefined ? {} : { diff: { added: changes("added"), removed: changes("removed"), changed: changes("changed") } }),
  };
}

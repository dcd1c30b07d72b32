import { type Command, Option } from "commander";
import { checkExpectations, type Evaluation } from "../../engine";
import { isolationOf } from "../../engine/isolation";
import { clusterChange, type CheckReport, type Finding } from "../../engine/report";
import type { Analysis } from "../analysis";
import { exitCodeOf, exitCodes } from "../exit-code";
import { readBaseline } from "../gate/baseline";
import { findAll, type Found } from "../gate/findings";
import { gateResult } from "../gate/gate";
import { loadExpectations, type LoadedExpectations } from "../gate/load-expectations";
import { ruleSeverities } from "../gate/rule-severities";
import { type GateOptions, Session, withGate, withInputs } from "../options";
import { checkTargets, writeReport } from "../output";
import { run } from "../terminal";
import { today } from "../today";
import { resolve } from "node:path";

interface CheckOptions extends GateOptions {
  readonly expectations?: readonly string[];
  readonly baseline?: string;
  readonly rule?: readonly string[];
  readonly only?: readonly string[];
  readonly skip?: readonly string[];
  readonly showSuppressed?: true;
  readonly disallowSuppressions?: string;
}

const collect = (value: string, known: readonly string[] = []): readonly string[] => [...known, value];

/** `netpol check`: the gate. */
export function addCheck(program: Command): void {
  const command = program
    .command("check")
    .summary("the gate: lint rules, expectations and the change policy")
    .description(
      "Lints the policies, holds the expectations against who reaches whom, and where the input tells what was there before, holds the change against the change policy.",
    )
    .argument("[input...]", "what to check");
  withGate(withInputs(command, "text, json, sarif, junit, github, markdown, csv, table"))
    .addOption(
      new Option("-e, --expectations <file>", "what must and must not flow: YAML, JSON or a module; may be repeated")
        .argParser(collect)
        .env("NETPOL_EXPECTATIONS"),
    )
    .addOption(
      new Option("--fail-on <severity>", "findings that fail")
        .choices(["error", "warning", "info", "none"])
        .default("error")
        .env("NETPOL_FAIL_ON"),
    )
    .addOption(new Option("--rule <id=severity>", "severity of a rule: error, warning, info or off; may be repeated").argParser(collect))
    .addOption(new Option("--only <id>", "only these rules; may be repeated").argParser(collect))
    .addOption(new Option("--skip <id>", "all but these rules; may be repeated").argParser(collect))
    .addOption(new Option("--baseline <file>", "findings that were there before and fail nothing").env("NETPOL_BASELINE"))
    .addOption(new Option("--show-suppressed", "show findings that are suppressed or in the baseline as well"))
    .addOption(
      new Option("--disallow-suppressions <sources>", "sources that do not count, for audits: config,annotation,comment,construct"),
    )
    .addHelpText("after", examples)
    .action(async (inputs: readonly string[], options: CheckOptions) => {
      await run(() => check(new Session(command, options), inputs, options));
    });
}

const examples = `
Exit codes: 0 passed, 1 the gate failed, 2 could not run, 3 undecided or nothing to check

Examples:
  $ npx cdktf synth && netpol check cdktf.out
  $ terraform show -json plan.out | netpol check - --fail-on-change exposure
  $ helm template ./chart | netpol check - --expectations expectations/shop.yaml
  $ netpol check cdktf.out plan.json -o sarif=netpol.sarif -o markdown=comment.md
  $ netpol check manifests/ --rule NP302=warning --skip NP201`;

function check(session: Session, inputs: readonly string[], options: CheckOptions): number {
  const output = { ...session.output, ...(options.showSuppressed === undefined ? {} : { showSuppressed: true }) };
  checkTargets(output, "check");
  const { report, isEmpty } = checkReport(session, inputs, options);
  session.phases.run("report", () => {
    writeReport(report, output);
  });
  session.finish();
  if (isEmpty && options.allowEmpty === undefined) {
    process.stderr.write("error: the input holds no Kubernetes object, so nothing was checked; correct it, or say `--allow-empty`\n");
    return exitCodes.undecided;
  }
  return exitCodeOf(report.gate.result);
}

/** Everything `netpol check` says of its inputs. */
export function checkReport(
  session: Session,
  inputs: readonly string[],
  options: CheckOptions,
): { readonly report: CheckReport; readonly isEmpty: boolean; readonly found: Found; readonly analysis: Analysis } {
  const expected = session.phases.run("expectations", () => expectationsOf(session, options));
  const baseline = baselineOf(session, options);
  const analysis = session.analyse(inputs);
  const found = session.phases.run("lint", () => findAll(analysis, findingOptions(session, options, baseline)));
  const { evaluation, before } = analysis;
  const expectations = session.phases.run("expect", () =>
    checkExpectations({ ...expected, evaluation, today, ...(before === undefined ? {} : { before }) }, expected.expectations),
  );
  const change = before === undefined ? undefined : session.phases.run("diff", () => clusterChange(before, evaluation));
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
    gate: gateResult(parts, session.gate),
    summary: summaryOf(evaluation, parts),
    rules: found.rules,
    rulesNotRun: found.notRun,
    ...(options.timings === true ? { timings: session.phases.timings } : {}),
  };
  return { report, isEmpty: analysis.isEmpty, found, analysis };
}

function expectationsOf(session: Session, { expectations }: CheckOptions): LoadedExpectations {
  const { config, folder } = session.loaded;
  return expectations === undefined
    ? loadExpectations(config.expectations ?? [], folder)
    : loadExpectations([expectations].flat(), process.cwd());
}

function baselineOf({ loaded }: Session, { baseline }: CheckOptions): ReturnType<typeof readBaseline> {
  const configured = loaded.config.baseline;
  const file = baseline ?? (configured === undefined ? undefined : resolve(loaded.folder, configured));
  return file === undefined ? [] : readBaseline(file);
}

function findingOptions(session: Session, options: CheckOptions, baseline: ReturnType<typeof readBaseline>): Parameters<typeof findAll>[1] {
  const { only, skip, disallowSuppressions } = options;
  return {
    loaded: session.loaded,
    baseline,
    today,
    severities: ruleSeverities(session.loaded.config.rules ?? {}, options.rule ?? []),
    ...(only === undefined ? {} : { only }),
    ...(skip === undefined ? {} : { skip }),
    ...(disallowSuppressions === undefined ? {} : { disallow: disallowSuppressions.split(",") }),
  };
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

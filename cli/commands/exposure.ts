import { type Command, Option } from "commander";
import { IpSet } from "../../engine";
import { internet } from "../../engine/lint/internet";
import type { Workload } from "../../engine/model";
import { exposureList, type ExposureReport, type ReportEnd } from "../../engine/report";
import type { Analysis } from "../analysis";
import { Failure } from "../failure";
import { collect, type CommonOptions, Session, withInputs } from "../options";
import { awsInternetNotes } from "../query/aws-layers";
import { focusForms, focusOn } from "../query/focus";
import { runQuery } from "../query/run-query";
import { run } from "../terminal";

const kindsOfExposure = ["internet", "namespaces", "future"] as const;
type KindOfExposure = (typeof kindsOfExposure)[number];

interface ExposureOptions extends CommonOptions {
  readonly only?: readonly KindOfExposure[];
  readonly focus?: readonly string[];
}

function collectKinds(value: string, known: readonly KindOfExposure[] = []): readonly KindOfExposure[] {
  const kind = kindsOfExposure.find((each) => each === value);
  if (kind === undefined) throw new Failure(`\`--only ${value}\` is no kind of exposure; choose ${kindsOfExposure.join(", ")}`);
  return [...known, kind];
}

/** `netpol exposure`: what ends that are not in the input could exchange with workloads. */
export function addExposure(program: Command): void {
  const command = program
    .command("exposure")
    .summary("what the internet, other namespaces and pods to come could reach")
    .description(
      "Says for each workload and direction whether a policy isolates it, and what it could exchange with addresses outside, with other namespaces, and with pods and namespaces that do not exist yet.",
    )
    .argument("[input...]", "what is there");
  withInputs(command, "text, json, markdown, csv, dot, table")
    .addOption(new Option("--only <kind>", `only exposure to ${kindsOfExposure.join(", ")}; may be repeated`).argParser(collectKinds))
    .addOption(new Option("--focus <end>", `only these workloads: ${focusForms}; may be repeated`).argParser(collect))
    .addHelpText("after", examples)
    .action(async (inputs: readonly string[], options: ExposureOptions) => {
      await run(() => showExposure(new Session(command, options), inputs, options));
    });
}

const examples = `
internet: public addresses; namespaces: pods of other namespaces; future: pods and namespaces that do not exist yet

Exit codes: 0 shown, 2 could not run, 3 the input holds no object

Examples:
  $ netpol exposure cdktf.out
  $ netpol exposure plan.json --only internet -o csv
  $ netpol exposure manifests/ --focus shop --only namespaces --only future`;

const showExposure = (session: Session, inputs: readonly string[], options: ExposureOptions): number =>
  runQuery(session, "exposure", inputs, (analysis) => {
    const notes = [...analysis.report.notes, ...awsInternetNotes(analysis)];
    const report: ExposureReport = { kind: "exposure", ...analysis.report, notes, workloads: exposedWorkloads(analysis, options) };
    return { report };
  });

function exposedWorkloads({ evaluation }: Analysis, { only, focus }: ExposureOptions): ExposureReport["workloads"] {
  const found = exposureList(evaluation, focus === undefined ? "all" : workloadsIn(evaluation, focus));
  if (only === undefined) return found;
  return found
    .map((each) => ({ ...each, entries: each.entries.filter(({ other }) => only.some((kind) => isOfKind(other, kind))) }))
    .filter(({ entries }) => entries.length > 0);
}

function workloadsIn(evaluation: Analysis["evaluation"], focus: readonly string[]): readonly Workload[] {
  const { workloads, addresses } = focusOn(evaluation, focus);
  const [outside] = addresses;
  if (outside !== undefined)
    throw new Failure(`\`--focus ${outside.name}\` is no workload; exposure is that of workloads, to addresses among others`);
  return [...workloads];
}

function isOfKind({ kind, cidrs = [] }: ReportEnd, wanted: KindOfExposure): boolean {
  if (kind === "unlisted") return wanted === "future";
  if (kind !== "addresses") return wanted === "namespaces";
  return wanted === "internet" && !IpSet.unionOf(cidrs.map((each) => IpSet.cidr(each))).intersect(internet).isEmpty;
}

import { type Command, Option } from "commander";
import { divergenceList, type DivergencesReport } from "../../engine/report";
import { exitCodes } from "../exit-code";
import { Failure } from "../failure";
import { type CommonOptions, Session, withInputs } from "../options";
import { enforcedCluster } from "../query/cni";
import { runQuery } from "../query/run-query";
import { run } from "../terminal";

interface DivergencesOptions extends CommonOptions {
  readonly pairs: number;
  readonly fail?: true;
}

function pairsOf(value: string): number {
  const pairs = Number(value);
  if (!Number.isInteger(pairs) || pairs < 1) throw new Failure(`\`--pairs ${value}\` is no number of pairs; give a whole number from 1`);
  return pairs;
}

/** `netpol divergences`: where the VPC CNI does something else than the policies say. */
export function addDivergences(program: Command): void {
  const command = program
    .command("divergences")
    .summary("where the VPC CNI lets something else flow than the policies say")
    .description(
      "Evaluates the policies twice, by the Kubernetes specification and as the Amazon VPC CNI enforces them, and lists every pair that differs: with a connection that shows it, the cause, and the change that ends it. Version, mode and address family come from the infrastructure where the input holds it.",
    )
    .argument("[input...]", "what is there");
  withInputs(command, "text, json, markdown, csv, table")
    .addOption(new Option("--pairs <number>", "how many pairs to look at closely").argParser(pairsOf).default(2000))
    .addOption(new Option("--fail", "exit with 1 when there are any"))
    .addHelpText("after", examples)
    .action(async (inputs: readonly string[], options: DivergencesOptions) => {
      await run(() => showDivergences(new Session(command, options), inputs, options));
    });
}

const examples = `
What each number means is in docs/vpc-cni.md.

Exit codes: 0 shown, 1 there are some (--fail), 2 could not run, 3 the input holds no object, or the list was cut (--fail)

Examples:
  $ netpol divergences cdktf.out
  $ netpol divergences manifests/ cdktf.out --fail
  $ netpol divergences plan.json -o csv=divergences.csv`;

const showDivergences = (session: Session, inputs: readonly string[], { pairs, fail }: DivergencesOptions): number =>
  runQuery(session, "divergences", inputs, (analysis) => {
    const { cni, settings } = enforcedCluster(analysis);
    const found = divergenceList(cni, settings, { pairs });
    const report: DivergencesReport = { kind: "divergences", ...analysis.report, ...found };
    const isCut = found.omitted > 0;
    const code = found.divergences.length > 0 ? exitCodes.failed : isCut ? exitCodes.undecided : exitCodes.passed;
    return { report, code: fail === true ? code : exitCodes.passed };
  });

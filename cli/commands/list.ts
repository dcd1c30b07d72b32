import { type Command, Option } from "commander";
import type { ListReport } from "../../engine/report";
import type { Analysis } from "../analysis";
import { Failure } from "../failure";
import { collect, type CommonOptions, Session, withInputs } from "../options";
import { focusForms, focusOn } from "../query/focus";
import { listedConnections } from "../query/listed-connections";
import { ListReasons } from "../query/list-reasons";
import { minimalList } from "../query/minimal-list";
import { AddressNames } from "../query/address-names";
import { runQuery } from "../query/run-query";
import { run } from "../terminal";

interface ListOptions extends CommonOptions {
  readonly focus?: readonly string[];
  readonly direction?: "in" | "out";
  readonly explain?: true;
  readonly podsOnly?: true;
  readonly minimal?: true;
}

/** `netpol list`: who reaches whom. */
export function addList(program: Command): void {
  const command = program
    .command("list")
    .summary("who reaches whom")
    .description("Lists every pair of workloads, and of workloads and addresses outside, between which something may flow, and what.")
    .argument("[input...]", "what is there");
  withInputs(command, "text, json, markdown, csv, dot, table")
    .addOption(new Option("--focus <end>", `only connections of these: ${focusForms}; may be repeated`).argParser(collect))
    .addOption(new Option("--direction <which>", "only connections to the ends in focus, or from them").choices(["in", "out"]))
    .addOption(new Option("--explain", "name the rules that decide"))
    .addOption(new Option("--pods-only", "leave addresses outside out"))
    .addOption(
      new Option("--minimal", "few statements by namespace and label instead of pairs").conflicts([
        "focus",
        "direction",
        "explain",
        "podsOnly",
      ]),
    )
    .addHelpText("after", examples)
    .action(async (inputs: readonly string[], options: ListOptions) => {
      await run(() => list(new Session(command, options), inputs, options));
    });
}

const examples = `
Exit codes: 0 listed, 2 could not run, 3 the input holds no object

Examples:
  $ netpol list cdktf.out
  $ netpol list manifests/ --focus shop/db --direction in --explain
  $ netpol list plan.json --focus 'shop/*' --pods-only -o csv=connections.csv
  $ netpol list live:production --minimal
  $ netpol list manifests/ --focus internet -o dot | dot -Tsvg > internet.svg`;

function list(session: Session, inputs: readonly string[], options: ListOptions): number {
  if (options.direction !== undefined && options.focus === undefined) {
    throw new Failure("`--direction` is seen from the ends in focus; name them with `--focus`");
  }
  return runQuery(session, "list", inputs, (analysis) => {
    const report: ListReport = { kind: "list", ...analysis.report, connections: connectionsOf(analysis, options) };
    return { report };
  });
}

function connectionsOf({ evaluation }: Analysis, { focus, direction, explain, podsOnly, minimal }: ListOptions): ListReport["connections"] {
  if (minimal !== undefined) return minimalList(evaluation);
  const found = listedConnections(evaluation, {
    ...(focus === undefined ? {} : { focus: focusOn(evaluation, focus) }),
    ...(direction === undefined ? {} : { direction }),
    podsOnly: podsOnly === true,
  });
  const nodes = new AddressNames(evaluation.cluster);
  const reasons = explain === undefined ? undefined : new ListReasons(evaluation);
  return found.map((each) => ({
    from: nodes.named(each.from),
    to: nodes.named(each.to),
    connections: each.connections,
    because: reasons?.of(each) ?? [],
  }));
}

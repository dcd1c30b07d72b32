import { type Command, Option } from "commander";
import { connectionMatrix, type MatrixReport } from "../../engine/report";
import { shown, type Workload } from "../../engine/model";
import type { Analysis } from "../analysis";
import { Failure } from "../failure";
import { type CommonOptions, Session, withInputs } from "../options";
import { changedMatrix } from "../query/matrix-changes";
import { runQuery } from "../query/run-query";
import { run } from "../terminal";

interface MatrixOptions extends CommonOptions {
  readonly by: MatrixReport["by"];
}

/** More rows than this are no table that anybody reads; the cells grow with their square. */
export const mostRows = 500;

/** `netpol matrix`: a table of who reaches whom. */
export function addMatrix(program: Command): void {
  const command = program
    .command("matrix")
    .summary("a table of who reaches whom")
    .description(
      "Shows sources as rows and destinations as columns, by namespace or workload, everything outside the cluster last. Where the input tells what was there before, cells that differ are marked: + opened, - closed, ~ changed.",
    )
    .argument("[input...]", "what is there");
  withInputs(command, "text, json, markdown, csv, table")
    .addOption(new Option("--by <what>", "what a row stands for").choices(["namespace", "workload"]).default("namespace"))
    .addHelpText("after", examples)
    .action(async (inputs: readonly string[], options: MatrixOptions) => {
      await run(() => matrix(new Session(command, options), inputs, options.by));
    });
}

const examples = `
Exit codes: 0 shown, 2 could not run, 3 the input holds no object

Examples:
  $ netpol matrix cdktf.out
  $ netpol matrix plan.json --by workload -o markdown
  $ netpol matrix new/ --before old/ -o csv=matrix.csv`;

const matrix = (session: Session, inputs: readonly string[], by: MatrixReport["by"]): number =>
  runQuery(session, "matrix", inputs, (analysis) => {
    const report: MatrixReport = { kind: "matrix", ...analysis.report, by, ...tableOf(analysis, by) };
    return { report };
  });

function tableOf({ evaluation, before }: Analysis, by: MatrixReport["by"]): Pick<MatrixReport, "rows" | "columns" | "cells"> {
  const workloads = [...evaluation.cluster.workloads, ...(before?.evaluation.cluster.workloads ?? [])];
  const rows = new Set(workloads.map((each) => rowName(each, by))).size;
  if (rows > mostRows) {
    const wayOut = by === "workload" ? "ask `--by namespace`, or `netpol list --focus` for some of them" : "ask `netpol list --minimal`";
    throw new Failure(`${String(rows)} ${by}s are more than a table can show (${String(mostRows)}); ${wayOut}`);
  }
  return before === undefined ? connectionMatrix(evaluation, by) : changedMatrix(before.evaluation, evaluation, by);
}

const rowName = ({ kind, namespace, name, variant = "" }: Workload, by: MatrixReport["by"]): string =>
  by === "namespace" ? shown(namespace) : [kind, shown(namespace), shown(name), variant].join("/");

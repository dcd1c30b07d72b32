import type { Command } from "commander";
import { clusterChange, type DiffReport } from "../../engine/report";
import { exitCodeOf, exitCodes } from "../exit-code";
import { Failure } from "../failure";
import { emptyInput } from "../empty-input";
import { doubtsOf } from "../gate/doubts";
import { enforcementChange, enforcementNotes } from "../gate/enforcement-change";
import { changeResult } from "../gate/gate";
import { type GateOptions, Session, withGate, withInputs } from "../options";
import { checkTargets, writeReport } from "../output";
import { run } from "../terminal";

/** `netpol diff`: what a change opens and closes. */
export function addDiff(program: Command): void {
  const command = program
    .command("diff")
    .summary("what a change opens and closes")
    .description(
      "Shows every pair whose connections differ before and after, with what caused it. A plan carries both sides; for anything else name `--before`.",
    )
    .argument("[input...]", "what is to be there");
  withGate(withInputs(command, "text, json, sarif, junit, github, markdown, csv, dot, table"))
    .addHelpText("after", examples)
    .action(async (inputs: readonly string[], options: GateOptions) => {
      await run(() => showDiff(new Session(command, options), inputs));
    });
}

const examples = `
Exit codes: 0 shown, 1 --fail-on-change is met, 2 could not run, 3 undecided (--unknown strict) or nothing to compare

Examples:
  $ terraform show -json plan.out | netpol diff -
  $ netpol diff new/ --before old/ --fail-on-change added
  $ netpol diff cdktf.out --before live:production -o markdown`;

function showDiff(session: Session, inputs: readonly string[]): number {
  const { output } = session;
  checkTargets(output, "diff");
  const analysis = session.analyse(inputs);
  const { before, evaluation, report, isEmpty } = analysis;
  if (isEmpty && session.options.allowEmpty === undefined) {
    process.stderr.write(emptyInput(analysis, "so nothing was compared"));
    return exitCodes.undecided;
  }
  if (before === undefined) throw new Failure("the input does not tell what was there before; give a plan, or name it with `--before`");
  const change = session.phases.run("diff", () => clusterChange(before.evaluation, evaluation));
  const enforced = enforcementChange(analysis);
  const gate = changeResult({ ...change, inputs: report.inputs, doubts: doubtsOf(analysis), enforcementChange: enforced }, session.gate);
  const notes = [...enforcementNotes(enforced), ...report.notes];
  const answer: DiffReport = { kind: "diff", ...report, notes, gate, ...change };
  session.phases.report(() => {
    writeReport(analysis.conceal(answer), output);
  });
  session.finish();
  return exitCodeOf(gate.result);
}

import type { Report } from "../../engine/report";
import { formatsOf, type ReportKind } from "../../outputs";
import type { Analysis } from "../analysis";
import { emptyInput } from "../empty-input";
import { exitCodes } from "../exit-code";
import type { Session } from "../options";
import { checkTargets, type OutputOptions, writeReport } from "../output";

/** What a question is answered with, and the exit code that goes with it. */
export interface Answer {
  readonly report: Report;
  /** @default 0 */
  readonly code?: number;
}

/** Reads the inputs, answers, and writes the answer in every form asked for. An input without objects is exit code 3, and nothing is written. */
export function runQuery(session: Session, kind: ReportKind, inputs: readonly string[], answer: (analysis: Analysis) => Answer): number {
  const output = outputFor(session, kind);
  checkTargets(output, kind);
  const analysis = session.analyse(inputs);
  if (analysis.isEmpty && session.options.allowEmpty === undefined) {
    process.stderr.write(emptyInput(analysis, "so there is nothing to ask"));
    return exitCodes.undecided;
  }
  const { report, code = exitCodes.passed } = session.phases.run(kind, () => answer(analysis));
  session.phases.report(() => {
    writeReport(analysis.conceal(report), output);
  });
  session.finish();
  return code;
}

/** Outputs of the configuration are there for the gate as well: those that cannot show this kind of report are left out. */
function outputFor({ output, options }: Session, kind: ReportKind): OutputOptions {
  if (options.output !== undefined) return output;
  const targets = output.targets.filter(({ format }) => formatsOf(kind).includes(format));
  return { ...output, targets: targets.length === 0 ? [{ format: "text" }] : targets };
}

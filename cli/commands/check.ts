import { gateResult } from "../../engine/report";
import { renderText } from "../../outputs/text";
import { steps } from "../../policies";
import { exitCodeOf } from "../exit-code";
import { Failure, problemLine } from "../failure";
import { loadCdktfOut } from "../load-cluster";
import { reportStep } from "../report-step";
import { useColor } from "../terminal";

/** Holds the expectations of one step against the stacks in a folder; returns the exit code. */
export function check(folder: string, stepText: string): number {
  const step = steps.find((each) => String(each) === stepText);
  if (step === undefined) throw new Failure(`\`--step ${stepText}\` is no step of the experiment; choose ${steps.join(", ")}`);
  const { cluster, problems } = loadCdktfOut(folder);
  for (const problem of problems) process.stderr.write(`${problemLine(problem)}\n`);
  const reports = [reportStep(cluster, step)];
  process.stdout.write(renderText(`Expectations held against ${folder}`, reports, { color: useColor() }));
  return exitCodeOf(gateResult(reports));
}

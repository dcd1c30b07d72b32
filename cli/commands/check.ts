import { type Command, Option } from "commander";
import type { CheckReport } from "../../engine/report";
import { emptyInput } from "../empty-input";
import { exitCodeOf, exitCodes } from "../exit-code";
import { applyFixes, showFixes } from "../fix/run-fixes";
import { type CheckOptions, checkReport, withRules } from "../gate/check-report";
import { collect, Session, withGate, withInputs } from "../options";
import { checkTargets, type OutputOptions, writeReport } from "../output";
import { run } from "../terminal";

interface Options extends CheckOptions {
  readonly showSuppressed?: true;
  readonly fix?: true;
  readonly fixDryRun?: true;
}

/** `netpol check`: the gate. */
export function addCheck(program: Command): void {
  const command = program
    .command("check")
    .summary("the gate: lint rules, expectations and the change policy")
    .description(
      "Lints the policies, holds the expectations against who reaches whom, and where the input tells what was there before, holds the change against the change policy.",
    )
    .argument("[input...]", "what to check");
  withRules(withGate(withInputs(command, "text, json, sarif, junit, github, markdown, csv, table")))
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
    .addOption(new Option("--baseline <file>", "findings that were there before and fail nothing").env("NETPOL_BASELINE"))
    .addOption(new Option("--show-suppressed", "show findings that are suppressed or in the baseline as well"))
    .addOption(new Option("--fix", "make the fixes of findings in the YAML files that were read, then report what is left"))
    .addOption(new Option("--fix-dry-run", "show as a diff what --fix would change, and nothing else").conflicts("fix"))
    .addHelpText("after", examples)
    .action(async (inputs: readonly string[], options: Options) => {
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
  $ netpol check manifests/ --rule NP302=warning --skip NP201
  $ netpol check manifests/ --fix-dry-run`;

function check(session: Session, inputs: readonly string[], options: Options): number {
  const output = { ...session.output, ...(options.showSuppressed === undefined ? {} : { showSuppressed: true }) };
  checkTargets(output, "check");
  const checked = checkReport(session, inputs, options);
  if (checked.analysis.isEmpty && options.allowEmpty === undefined) {
    process.stderr.write(emptyInput(checked.analysis, "so nothing was checked"));
    return exitCodes.undecided;
  }
  const again = (texts: ReadonlyMap<string, string>): typeof checked => checkReport(session, inputs, options, texts);
  if (options.fixDryRun === true) {
    showFixes(checked, again);
    return exitCodes.passed;
  }
  const report = options.fix === true ? applyFixes(checked, again).report : checked.report;
  return answer(session, checked.analysis.conceal(report), output);
}

function answer(session: Session, report: CheckReport, output: OutputOptions): number {
  session.phases.report(() => {
    writeReport(report, output);
  });
  session.finish();
  return exitCodeOf(report.gate.result);
}

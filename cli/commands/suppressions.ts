import { type Command, Option } from "commander";
import type { SuppressionsReport } from "../../engine/report";
import { Failure } from "../failure";
import { findingOptions, type RuleOptions, withRules } from "../gate/check-report";
import { findAll } from "../gate/findings";
import { daysLeft } from "../gate/suppressions";
import { Session, withInputs } from "../options";
import { runQuery } from "../query/run-query";
import { run } from "../terminal";
import { today } from "../today";

interface SuppressionsOptions extends RuleOptions {
  readonly expiredWithin?: number;
}

/** `netpol suppressions`: what was accepted, why and until when. */
export function addSuppressions(program: Command): void {
  const command = program
    .command("suppressions")
    .summary("findings that were accepted, why and until when")
    .description(
      "Lists every suppression of the configuration, of annotations, of YAML comments and of constructs: used, unused, expired, or about to expire.",
    )
    .argument("[input...]", "what is there");
  withRules(withInputs(command, "text, json, markdown, csv, table"))
    .addOption(
      new Option("--expired-within <days>", "only those that have run out, or will within so many days, such as 30d").argParser(days),
    )
    .addHelpText("after", examples)
    .action(async (inputs: readonly string[], options: SuppressionsOptions) => {
      await run(() => showSuppressions(new Session(command, options), inputs, options));
    });
}

const examples = `
Exit codes: 0 listed, 2 could not run, 3 the input holds no object

Examples:
  $ netpol suppressions cdktf.out
  $ netpol suppressions manifests/ --expired-within 30d -o markdown=suppressions.md`;

function days(text: string): number {
  const [, number] = /^(\d{1,4})d?$/.exec(text) ?? [];
  if (number === undefined) throw new Failure(`\`--expired-within ${text}\` is no number of days; write it like \`30d\``);
  return Number(number);
}

function showSuppressions(session: Session, inputs: readonly string[], options: SuppressionsOptions): number {
  const wanted = findingOptions(session, options, []);
  return runQuery(session, "suppressions", inputs, (analysis) => {
    const { suppressions } = findAll(analysis, wanted);
    const within = options.expiredWithin;
    const report: SuppressionsReport = {
      kind: "suppressions",
      suppressions: within === undefined ? suppressions : suppressions.filter((each) => daysLeft(each, today()) <= within),
    };
    return { report };
  });
}

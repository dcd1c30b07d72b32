import { readFileSync } from "node:fs";
import { join } from "node:path";
import { type Command, Option } from "commander";
import { documentedRules } from "../../engine/lint";
import type { ReportRule, RulesReport } from "../../engine/report";
import { closestName } from "../../engine/lint/closest-name";
import { loadConfig } from "../config/load-config";
import { exitCodes } from "../exit-code";
import { Failure } from "../failure";
import { reportRules } from "../gate/findings";
import { ruleSeverities } from "../gate/rule-severities";
import { collect } from "../options";
import { checkTargets, parseTarget, writeReport } from "../output";
import { packageRoot } from "../package-root";
import { run } from "../terminal";

interface RulesOptions {
  readonly config?: string;
  readonly output?: readonly string[];
  readonly color: "auto" | "always" | "never";
}

/** `netpol rules`: what is looked for, and the page of each rule. */
export function addRules(program: Command): void {
  program
    .command("rules")
    .summary("the lint rules, or the page of one")
    .description(
      "Lists the lint rules at the severities of the configuration, or shows the page of one: what it reports, why, and how to fix it.",
    )
    .argument("[id]", "code or name of a rule, such as NP103 or inert-direction")
    .addOption(new Option("-c, --config <file>", "configuration; without it, the nearest netpol.config.yaml").env("NETPOL_CONFIG"))
    .addOption(
      new Option("-o, --output <format[=file]>", "how to write the answer; may be repeated (text, table, json, markdown, csv)").argParser(
        collect,
      ),
    )
    .addOption(new Option("--color <when>", "colours").choices(["auto", "always", "never"]).default("auto"))
    .addHelpText("after", examples)
    .action(async (id: string | undefined, options: RulesOptions) => {
      await run(() => showRules(id, options));
    });
}

const examples = `
Examples:
  $ netpol rules
  $ netpol rules NP103
  $ netpol rules -o json=rules.json`;

function showRules(id: string | undefined, { config, output = ["text"], color }: RulesOptions): number {
  const loaded = loadConfig(config);
  const options = { targets: output.map(parseTarget), color };
  checkTargets(options, "rules");
  const all = reportRules({ loaded, severities: ruleSeverities(loaded.config.rules ?? {}, []) });
  const report: RulesReport = { kind: "rules", rules: id === undefined ? all : [withPage(ruleNamed(id, all))] };
  writeReport(report, options);
  return exitCodes.passed;
}

/** The rule of a code in any case, or of a name. */
function ruleNamed(id: string, rules: readonly ReportRule[]): ReportRule {
  const found = rules.find(({ code, name }) => code === id.toUpperCase() || name === id);
  if (found !== undefined) return found;
  const isCode = !id.includes("-") && /^(?:np|vpc)|\d/i.test(id);
  const closest = closestName(
    isCode ? id.toUpperCase() : id,
    documentedRules.map(({ code, name }) => (isCode ? code : name)),
  );
  const meant = closest === undefined ? "" : `; did you mean \`${closest}\`?`;
  throw new Failure(`\`${id}\` is no rule${meant}; \`netpol rules\` lists them`);
}

function withPage(rule: ReportRule): ReportRule {
  const file = join(packageRoot, "docs", "rules", `${rule.code.toLowerCase()}-${rule.name}.md`);
  return { ...rule, page: readFileSync(file, "utf8") };
}

/**
 * Writes the catalogue of the lint rules into docs/rules.md, between its two marks; what stands outside them is written by hand.
 * With `--check` it writes nothing, and fails when the catalogue is out of date.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { documentedRules, type RuleCategory, type RuleMeta } from "../engine/lint";

const file = join(__dirname, "..", "docs", "rules.md");

export const marks = { start: "<!-- catalogue: written by `npm run rules-doc` -->", end: "<!-- end of catalogue -->" } as const;

const titles: Readonly<Record<RuleCategory, string>> = {
  correctness: "Correctness: the object does not mean what it says",
  exposure: "Exposure",
  coverage: "Coverage",
  change: "Change: what applying a plan risks",
  enforcement: "Enforcement by the VPC CNI",
  tool: "The tool itself",
};

/** The page with the catalogue of these rules. Without its marks the page is not ours to change: an Error. */
export function withCatalogue(page: string, rules: readonly RuleMeta[]): string {
  const start = page.indexOf(marks.start);
  const end = page.indexOf(marks.end);
  if (start < 0 || end < start) throw new Error(`docs/rules.md needs a line \`${marks.start}\` and after it one \`${marks.end}\``);
  return `${page.slice(0, start)}${marks.start}\n\n${catalogue(rules)}\n${page.slice(end)}`;
}

function catalogue(rules: readonly RuleMeta[]): string {
  const categories = (Object.keys(titles) as RuleCategory[]).filter((category) => rules.some((rule) => rule.category === category));
  return categories
    .map((category) =>
      section(
        titles[category],
        rules.filter((rule) => rule.category === category),
      ),
    )
    .join("\n");
}

function section(title: string, rules: readonly RuleMeta[]): string {
  const rows = rules.map(({ code, name, title: says, severity, needs = [] }) => [
    `[${code}](rules/${code.toLowerCase()}-${name}.md)`,
    `\`${name}\``,
    severity,
    `${says}${needs.length === 0 ? "" : ` (needs ${needs.join(" and ")})`}`,
  ]);
  return `## ${title}\n\n${table([["code", "name", "severity", "reports"], ...rows])}\n`;
}

/** Columns of one width, as the formatter wants them. */
function table([head = [], ...rows]: readonly (readonly string[])[]): string {
  const widths = head.map((_, column) => Math.max(...[head, ...rows].map((row) => (row[column] ?? "").length)));
  const line = (cells: readonly string[], fill: string): string =>
    `| ${cells.map((cell, column) => cell.padEnd(widths[column] ?? 0, fill)).join(" | ")} |`;
  const rule = head.map(() => "");
  return [line(head, " "), line(rule, "-"), ...rows.map((row) => line(row, " "))].join("\n");
}

function run(): void {
  const page = readFileSync(file, "utf8");
  const wanted = withCatalogue(page, documentedRules);
  if (page === wanted) return;
  if (!process.argv.includes("--check")) {
    writeFileSync(file, wanted);
    return;
  }
  console.error("docs/rules.md does not list the rules there are; run `npm run rules-doc`");
  process.exitCode = 1;
}

if (require.main === module) run();

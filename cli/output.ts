import { appendFileSync } from "node:fs";
import { type Format, formats, formatsOf, renderReport, type RenderOptions, type ReportKind } from "../outputs";
import type { Report } from "../engine/report";
import { Failure } from "./failure";
import { useColor } from "./terminal";
import { version } from "./version";
import { writeFiles } from "./write-files";

/** One thing to write: a format, and the file it goes to. Absent: standard output. */
export interface OutputTarget {
  readonly format: Format;
  readonly file?: string;
}

/** How reports are written. */
export interface OutputOptions {
  readonly targets: readonly OutputTarget[];
  readonly color?: "auto" | "always" | "never";
  readonly showSuppressed?: boolean;
}

/** The most bytes GitHub shows in the summary of a job. */
const summaryLimit = 1_000_000;

/** Reads `FORMAT` or `FORMAT=FILE`. */
export function parseTarget(text: string): OutputTarget {
  const [name = "", ...rest] = text.split("=");
  const format = formats.find((each) => each === name);
  if (format === undefined) throw new Failure(`\`${name}\` is no output format; choose ${formats.join(", ")}`);
  const file = rest.join("=");
  if (rest.length > 0 && file === "") throw new Failure(`\`--output ${text}\` names no file behind \`=\``);
  return rest.length === 0 ? { format } : { format, file };
}

/** Refuses outputs that cannot be made, before any work is done. */
export function checkTargets({ targets }: OutputOptions, kind: ReportKind): void {
  for (const { format } of targets) {
    if (!formatsOf(kind).includes(format)) {
      throw new Failure(`\`--output ${format}\` cannot show this; use ${formatsOf(kind).join(", ")}`);
    }
  }
  const onStandardOutput = targets.filter(({ file }) => file === undefined);
  if (onStandardOutput.length > 1) {
    throw new Failure(
      `${onStandardOutput.map(({ format }) => format).join(" and ")} cannot both go to standard output; give one a file: \`-o ${onStandardOutput[1]?.format ?? ""}=FILE\``,
    );
  }
}

/** Writes a report in every form that is asked for. All texts are made before the first is written. */
export function writeReport(report: Report, options: OutputOptions): void {
  const texts = options.targets.map((target) => ({
    file: target.file,
    text: renderReport(report, target.format, renderOptions(target, options)),
  }));
  writeFiles(texts.flatMap(({ file, text }) => (file === undefined ? [] : [{ file, text }])));
  for (const { file, text } of texts) if (file === undefined) process.stdout.write(text);
  if (options.targets.some(({ format }) => format === "github")) appendSummary(report, options);
}

/** How a report is rendered for one target. */
export function renderOptions({ file }: OutputTarget, { color = "auto", showSuppressed = false }: OutputOptions): RenderOptions {
  const links = runLinks();
  return {
    version,
    color: file === undefined && (color === "always" || (color === "auto" && useColor())),
    showSuppressed,
    ...(process.stdout.isTTY ? { width: Math.min(process.stdout.columns, 120) } : {}),
    ...(links === undefined ? {} : { links }),
    // Only in CI, where reports are compared by age: elsewhere the same input makes the same text.
    ...((process.env.CI ?? "") === "" ? {} : { time: new Date().toISOString() }),
  };
}

/** Where a run in GitHub Actions can be looked at. */
function runLinks(): RenderOptions["links"] {
  const { GITHUB_SERVER_URL: server, GITHUB_REPOSITORY: repository, GITHUB_SHA: commit, GITHUB_RUN_ID: run } = process.env;
  if (server === undefined || repository === undefined) return undefined;
  return {
    ...(commit === undefined ? {} : { source: `${server}/${repository}/blob/${commit}/` }),
    ...(run === undefined ? {} : { run: `${server}/${repository}/actions/runs/${run}` }),
  };
}

function appendSummary(report: Report, options: OutputOptions): void {
  if (!formatsOf(report.kind).includes("markdown")) return;
  appendToJobSummary(renderReport(report, "markdown", renderOptions({ format: "markdown", file: "summary" }, options)));
}

/** Adds Markdown to the summary of a GitHub Actions job. False outside of one, and for what is too long. */
export function appendToJobSummary(text: string): boolean {
  const file = process.env.GITHUB_STEP_SUMMARY ?? "";
  if (file === "" || Buffer.byteLength(text) > summaryLimit) return false;
  appendFileSync(file, `${text}\n`);
  return true;
}

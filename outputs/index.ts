import type { CheckReport, Report } from "../engine/report";
import { renderJson } from "./json";
import { type Format, formats, type RenderOptions, type ReportKind } from "./options";
import { printableData } from "./printable";
import { listed } from "./sentences";
import { checkText } from "./terminal/check";
import { terminal } from "./terminal/layout";

export { type Format, formats, type Links, type RenderOptions, type ReportKind } from "./options";
export { schemaVersion } from "./json";

type Renderer<K extends ReportKind> = (report: Extract<Report, { readonly kind: K }>, options: RenderOptions) => string;

/** What each format can show. A kind that is missing makes no sense in it. */
const renderers: Readonly<Record<Format, { readonly [K in ReportKind]?: Renderer<K> }>> = {
  text: {
    check: (report: CheckReport, options) => checkText(printableData(report), terminal(options), options.showSuppressed ?? false),
  },
  table: {},
  json: {
    check: renderJson,
    diff: renderJson,
    explain: renderJson,
    list: renderJson,
    matrix: renderJson,
    exposure: renderJson,
    suggest: renderJson,
    rules: renderJson,
    suppressions: renderJson,
  },
  sarif: {},
  junit: {},
  github: {},
  markdown: {},
  csv: {},
  dot: {},
};

/** The formats that can show a kind of report. */
export const formatsOf = (kind: ReportKind): readonly Format[] => formats.filter((format) => renderers[format][kind] !== undefined);

/** Thrown for a format that cannot show a report; ask `formatsOf` before any work is done. */
export class UnsupportedFormatError extends Error {
  constructor(
    readonly format: Format,
    readonly kind: ReportKind,
  ) {
    super(`\`${format}\` cannot show ${nouns[kind]}; use ${listed(formatsOf(kind), "or")}`);
    this.name = "UnsupportedFormatError";
  }
}

const nouns: Readonly<Record<ReportKind, string>> = {
  check: "a check",
  diff: "a diff",
  explain: "an explanation",
  list: "a list of connections",
  matrix: "a matrix",
  exposure: "an exposure report",
  suggest: "suggested policies",
  rules: "a list of rules",
  suppressions: "a list of suppressions",
};

/**
 * Writes a report in a format. The text ends with a newline, and holds nothing but modelled fields: no value of a plan that is not part of a
 * policy, a label, a port or a name. Throws an `UnsupportedFormatError` where the format cannot show the kind of report.
 */
export function renderReport(report: Report, format: Format, options: RenderOptions): string {
  const render = renderers[format][report.kind] as ((report: Report, options: RenderOptions) => string) | undefined;
  if (render === undefined) throw new UnsupportedFormatError(format, report.kind);
  return render(report, options);
}

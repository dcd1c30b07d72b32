import type { CheckReport, Report } from "../engine/report";
import { renderCsv } from "./csv";
import { renderDot } from "./dot";
import { renderGithub } from "./github";
import { renderJson } from "./json";
import { renderJunit } from "./junit";
import { renderMarkdown } from "./markdown/render";
import { type Format, formats, type RenderOptions, type ReportKind } from "./options";
import { printableData } from "./printable";
import { renderSarif } from "./sarif";
import { listed } from "./sentences";
import { renderTable } from "./table";
import { checkText } from "./terminal/check";
import { diffText } from "./terminal/diff";
import { divergencesText } from "./terminal/divergences";
import { explainText } from "./terminal/explain";
import { type Terminal, terminal } from "./terminal/layout";
import { exposureText, listText, matrixText, rulesText, suggestText, suppressionsText } from "./terminal/lists";

export { type Format, formats, type Links, type RenderOptions, type ReportKind } from "./options";
export { schemaVersion } from "./json";

type Renderer<R extends Report> = (report: R, options: RenderOptions) => string;

/** Renderers of people's formats get a report in which every text can be printed. */
const people =
  <R extends Report>(render: Renderer<R>): Renderer<R> =>
  (report, options) =>
    render(printableData(report), options);

/** Text is laid out for a terminal. */
const text = <R extends Report>(render: (report: R, on: Terminal) => string): Renderer<R> =>
  people((report, options) => render(report, terminal(options)));

const table = people(renderTable);
const markdown = people(renderMarkdown);
const json = renderJson;

/** What each kind of report can be written as. A format that is missing makes no sense for it. */
const renderers: { readonly [K in ReportKind]: Readonly<Partial<Record<Format, Renderer<Extract<Report, { readonly kind: K }>>>>> } = {
  check: {
    text: people((report: CheckReport, options) => checkText(report, terminal(options), options.showSuppressed ?? false)),
    sarif: people(renderSarif),
    junit: people(renderJunit),
    github: people(renderGithub),
    csv: renderCsv,
    ...{ table, json, markdown },
  },
  diff: {
    text: text(diffText),
    sarif: people(renderSarif),
    junit: people(renderJunit),
    github: people(renderGithub),
    dot: people(renderDot),
    csv: renderCsv,
    ...{ table, json, markdown },
  },
  explain: { text: text(explainText), csv: renderCsv, table, json, markdown },
  list: { text: text(listText), csv: renderCsv, dot: people(renderDot), table, json, markdown },
  matrix: { text: text(matrixText), csv: renderCsv, table, json, markdown },
  exposure: { text: text(exposureText), csv: renderCsv, dot: people(renderDot), table, json, markdown },
  divergences: { text: text(divergencesText), csv: renderCsv, table, json, markdown },
  suggest: { text: text(suggestText), json, markdown },
  rules: { text: text(rulesText), csv: renderCsv, table, json, markdown },
  suppressions: { text: text(suppressionsText), csv: renderCsv, table, json, markdown },
};

/** The formats that can show a kind of report. */
export const formatsOf = (kind: ReportKind): readonly Format[] => formats.filter((format) => renderers[kind][format] !== undefined);

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
  divergences: "divergences",
  suggest: "suggested policies",
  rules: "a list of rules",
  suppressions: "a list of suppressions",
};

/**
 * Writes a report in a format. The text ends with a newline, and holds nothing but modelled fields: no value of a plan that is not part of a
 * policy, a label, a port or a name. Throws an `UnsupportedFormatError` where the format cannot show the kind of report.
 */
export function renderReport(report: Report, format: Format, options: RenderOptions): string {
  const render = renderers[report.kind][format] as Renderer<Report> | undefined;
  if (render === undefined) throw new UnsupportedFormatError(format, report.kind);
  return render(report, options);
}

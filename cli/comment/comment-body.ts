import type { CheckReport, DiffReport } from "../../engine/report";
import { renderReport, type RenderOptions } from "../../outputs";

/** What tells our comments from others: the tag of a pipeline, and the moment its report was made. */
export interface CommentMark {
  readonly tag: string;
  /** To the second, such as `2026-11-23T10:11:12Z`. */
  readonly validAt: string;
}

const markPattern = /^<!-- netpol:comment tag=([\w.-]+) valid-at=(\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}Z) -->/;

/** The mark in the first line of a comment; none where the comment is not ours. */
export function markOf(body: string): CommentMark | undefined {
  const [, tag, validAt] = markPattern.exec(body) ?? [];
  return tag === undefined || validAt === undefined ? undefined : { tag, validAt };
}

/** A moment as marks write it. */
export const moment = (date: Date): string => date.toISOString().replace(/\.\d+Z$/, "Z");

/** A report as the text of a comment: the mark, which Markdown does not show, then the report. */
export function commentBody(report: CheckReport | DiffReport, { tag, validAt }: CommentMark, options: RenderOptions): string {
  return `<!-- netpol:comment tag=${tag} valid-at=${validAt} -->\n${renderReport(report, "markdown", options)}`;
}

/** Whether there is something to tell: a gate that did not pass, or a connection that changed. */
export const saysSomething = (report: CheckReport | DiffReport): boolean =>
  report.gate.result !== "passed" || (report.kind === "diff" ? report.connections : (report.diff ?? [])).length > 0;

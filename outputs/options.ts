import type { Report } from "../engine/report";

/** Everything a report can be written as. */
export const formats = ["text", "table", "json", "sarif", "junit", "github", "markdown", "csv", "dot"] as const;

/** One way to write a report; the command line takes these names. */
export type Format = (typeof formats)[number];

/** What a command answers. */
export type ReportKind = Report["kind"];

/** What the renderers cannot know by themselves. */
export interface RenderOptions {
  /** The version of the tool, for the formats that name who wrote them. */
  readonly version: string;
  /** Whether `text` and `table` are coloured; the caller has looked at NO_COLOR and the terminal. */
  readonly color: boolean;
  /** Columns of the terminal. @default 100 */
  readonly width?: number;
  /** Also shows findings that are suppressed or in the baseline. @default false */
  readonly showSuppressed?: boolean;
  readonly links?: Links;
  /** When the report was made, in UTC, such as `2026-11-23T10:11:12Z`; JUnit and JSON show it. Absent: not said, so that equal reports are equal text. */
  readonly time?: string;
}

/** Where things that a report names can be looked at. */
export interface Links {
  /** What a file's path is put after, such as `https://github.com/o/r/blob/<commit>/`. */
  readonly source?: string;
  /** The full report, and the run that made it. */
  readonly report?: string;
  readonly run?: string;
}

import type { Location } from "../engine/model";
import type { ReportInput } from "../engine/report";

/** A line of a file that people wrote and review. */
export interface SourcePlace {
  /** With forward slashes, without `./` at its start. */
  readonly file: string;
  readonly line: number;
  readonly column?: number;
}

/** Inputs that tools write: their lines are in no repository. */
const generated: ReadonlySet<string> = new Set(["plan", "state", "cdktf", "live"]);

/**
 * Where a reviewer would change it: the TypeScript line that created it, otherwise the line of the manifest. None for what is only known from
 * a plan, a state, a cluster or synthesized JSON, and for standard input.
 */
export function sourcePlace(location: Location, inputs: readonly ReportInput[]): SourcePlace | undefined {
  const { created, file, line, column } = location;
  if (created !== undefined) return { file: normalized(created.file), line: created.line };
  if (file === undefined || line === undefined || file === "-" || isGenerated(file, inputs)) return undefined;
  return { file: normalized(file), line, ...(column === undefined ? {} : { column }) };
}

const isGenerated = (file: string, inputs: readonly ReportInput[]): boolean =>
  inputs.some(({ name, kind }) => generated.has(kind) && (file === name || file.startsWith(`${name.replace(/\/$/, "")}/`)));

const normalized = (file: string): string => file.replaceAll("\\", "/").replace(/^(\.\/)+/, "");

/** A path as part of a URI: everything but its slashes is quoted where a URI asks for it. */
export const uriPath = (file: string): string => file.split("/").map(encodeURIComponent).join("/");

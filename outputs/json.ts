import type { Report } from "../engine/report";
import type { RenderOptions } from "./options";

/**
 * The version of the JSON that `json` writes. The first number changes when something is renamed, removed or means something else, the second
 * when something is added; `schema/report.schema.json` is the schema of this version.
 */
export const schemaVersion = "1.1";

/** A report as JSON: who wrote it, in which version of the schema, when where that is given, and the report's own fields. */
export const renderJson = (report: Report, { version, time }: RenderOptions): string =>
  `${JSON.stringify({ schemaVersion, tool: { name: "netpol", version }, ...(time === undefined ? {} : { time }), ...report }, null, 2)}\n`;

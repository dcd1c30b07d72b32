import { existsSync, statSync } from "node:fs";
import type { CheckReport, DiffReport } from "../../engine/report";
import { schemaVersion } from "../../outputs";
import { reportSchema } from "../../outputs/report-schema";
import { Failure } from "../failure";
import { readText } from "../files";

/** A report that was written as JSON, and when: as it says itself, otherwise when the file was last changed. */
export interface WrittenReport {
  readonly report: CheckReport | DiffReport;
  readonly writtenAt: Date;
}

/** Reads what `netpol check -o json=FILE` or `netpol diff -o json=FILE` wrote. Anything else is a Failure. */
export function readReport(file: string): WrittenReport {
  if (!existsSync(file)) throw new Failure(`\`${file}\` is not there; write it with \`netpol check … -o json=${file}\``);
  const parsed = reportSchema.safeParse(asThisVersion(parseJson(file)));
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    const at = issue === undefined || issue.path.length === 0 ? "" : ` at \`${issue.path.map(String).join(".")}\``;
    throw new Failure(
      `\`${file}\` is no report of this version (${schemaVersion})${at}: ${issue?.message ?? "it does not fit"}; write it with \`netpol check … -o json=${file}\``,
    );
  }
  const { schemaVersion: _version, tool: _tool, time, ...report } = parsed.data;
  if (report.kind !== "check" && report.kind !== "diff")
    throw new Failure(`\`${file}\` is a report of \`netpol ${report.kind}\`; a comment is made of \`netpol check\` or \`netpol diff\``);
  return { report, writtenAt: time === undefined ? statSync(file).mtime : new Date(time) };
}

/** What an earlier minor version wrote fits this one, which only adds to it. */
function asThisVersion(written: unknown): unknown {
  const { schemaVersion: theirs } = Object(written) as { readonly schemaVersion?: unknown };
  const [major, minor] = schemaVersion.split(".").map(Number) as [number, number];
  const [, theirMajor, theirMinor] = /^(\d+)\.(\d+)$/.exec(String(theirs)) ?? [];
  const isEarlier = Number(theirMajor) === major && Number(theirMinor) < minor;
  return isEarlier ? { ...(written as object), schemaVersion } : written;
}

function parseJson(file: string): unknown {
  try {
    return JSON.parse(readText(file)) as unknown;
  } catch (error) {
    if (error instanceof Failure) throw error;
    throw new Failure(`\`${file}\` is not JSON (${(error as Error).message})`);
  }
}

import { readFileSync } from "node:fs";
import { join } from "node:path";
import Ajv from "ajv";
import type { Report } from "../../engine/report";
import { netpol } from "./netpol";

const published = JSON.parse(readFileSync(join(__dirname, "..", "..", "schema", "report.schema.json"), "utf8")) as object;
const validate = new Ajv({ allErrors: true, strict: true, allowUnionTypes: true }).compile(published);

/** Runs a command with `-o json`, holds what it writes against the published schema, and returns the report with the exit code. */
export async function reportOf<K extends Report["kind"]>(
  kind: K,
  ...args: readonly string[]
): Promise<{ readonly code: number; readonly report: Extract<Report, { readonly kind: K }> }> {
  const { code, stdout, stderr } = await netpol(kind, ...args, "-o", "json");
  expect(stderr).toBe("");
  const report = JSON.parse(stdout) as Extract<Report, { readonly kind: K }>;
  validate(report);
  expect(validate.errors).toBeNull();
  return { code, report };
}

/** Runs that cannot be answered: exit code 2, one error on standard error, nothing on standard output. */
export async function expectRefusal(args: readonly string[], message: string): Promise<void> {
  const { code, stdout, stderr } = await netpol(...args);
  expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
  expect(stderr).toContain(message);
  expect(stderr.match(/^error: /gm)).toHaveLength(1);
  expect(stderr).not.toContain("    at ");
}

import { readFileSync } from "node:fs";
import Ajv, { type ErrorObject } from "ajv";
import addFormats from "ajv-formats";
import type { Log } from "sarif";

const path = require.resolve("@microsoft/jest-sarif/lib/schemas/sarif-2.1.0-rtm.5.json");
// Draft 4, of which ajv knows everything this schema uses but the name of its identifier.
const { $schema: _draft, id: _id, ...schema } = JSON.parse(readFileSync(path, "utf8")) as Record<string, unknown>;
const ajv = new Ajv({ allErrors: true, strict: false, unicodeRegExp: false });
addFormats(ajv);
const validate = ajv.compile(schema);

/** What the schema of SARIF 2.1.0 objects to. */
export function sarifProblems(log: unknown): readonly ErrorObject[] {
  validate(log);
  return validate.errors ?? [];
}

/** A log as it was written. */
export const parsedSarif = (text: string): Log => JSON.parse(text) as Log;

/** The published schema: current, and true of everything that `json` writes. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import Ajv from "ajv";
import { renderReport } from "../../outputs";
import { reportJsonSchema, reportSchema } from "../../outputs/report-schema";
import { stories } from "./stories";

const published = JSON.parse(readFileSync(join(__dirname, "..", "..", "schema", "report.schema.json"), "utf8")) as object;
const validate = new Ajv({ allErrors: true, strict: true, allowUnionTypes: true }).compile(published);
const written = (name: string): Record<string, unknown> =>
  JSON.parse(renderReport(stories[name]!, "json", { color: false, version: "1.2.3" })) as Record<string, unknown>;

test("the published schema is what the code says: run `npm run schema`", () => {
  expect(published).toEqual(JSON.parse(JSON.stringify(reportJsonSchema())));
});

test.each(Object.keys(stories))("%s is valid, by the published schema and by the one it was made from", (name) => {
  validate(written(name));
  expect(validate.errors).toBeNull();
  expect(reportSchema.parse(written(name))).toEqual(written(name));
});

test.each([
  ["another version", { schemaVersion: "2.0" }],
  ["a field nobody knows", { secret: "x" }],
  ["a list that is none", { findings: {} }],
  ["a kind that is not there", { kind: "chek" }],
])("%s is refused", (_what, edit) => {
  expect(validate({ ...written("nothing-wrong"), ...edit })).toBe(false);
});

test.each(Object.keys(stories))("%s has been through JSON without a loss", (name) => {
  const { schemaVersion, tool, ...report } = written(name);
  expect({ schemaVersion, tool }).toEqual({ schemaVersion: "1.1", tool: { name: "netpol", version: "1.2.3" } });
  expect(report).toEqual(JSON.parse(JSON.stringify(stories[name])));
});

import { readFileSync } from "node:fs";
import { join } from "node:path";
import Ajv, { type ValidateFunction } from "ajv";
import addFormats from "ajv-formats";
import { parse } from "yaml";
import { publishedSchemas, schemaText } from "../../schema/published";
import { initialFiles } from "../../cli/init/templates";

const folder = join(__dirname, "..", "..", "schema");

test.each(Object.entries(publishedSchemas))("%s is what the code says now: `npm run schema` writes it", (file, schema) => {
  expect(readFileSync(join(folder, file), "utf8")).toBe(schemaText(schema));
});

function validator(file: string): ValidateFunction {
  const ajv = new Ajv({ strict: false, allErrors: true });
  addFormats(ajv);
  return ajv.compile(publishedSchemas[file]!);
}

const exampleOf = (name: string): unknown => parse(initialFiles("manifests").find(({ file }) => file === name)!.text);

describe("an editor that knows the schemas", () => {
  const config = validator("config.schema.json");
  const expectations = validator("expectations.schema.json");

  test("accepts what `netpol init` writes", () => {
    expect([config(exampleOf("netpol.config.yaml")), config.errors]).toEqual([true, null]);
    expect([expectations(exampleOf("expectations/example.yaml")), expectations.errors]).toEqual([true, null]);
  });

  test.each([
    ["an unknown key", { version: 1, failOnn: "error" }],
    ["another version", { version: 2 }],
    ["a severity there is not", { version: 1, rules: { NP201: "fatal" } }],
    ["a suppression without an end", { version: 1, suppressions: [{ id: "NP201", reason: "it is meant to be open" }] }],
    ["a suppression that ends on no day", { version: 1, suppressions: [{ id: "NP201", reason: "it is meant to be", expires: "soon" }] }],
  ])("refuses a configuration with %s", (_, value) => {
    expect(config(value)).toBe(false);
  });

  test.each([
    ["an unknown key", { version: 1, expect: [{ id: "a", allows: {} }] }],
    ["no id", { version: 1, expect: [{ allow: { from: "a/b", to: "c/d" } }] }],
    ["a flow without a destination", { version: 1, expect: [{ id: "a", allow: { from: "a/b" } }] }],
  ])("refuses expectations with %s", (_, value) => {
    expect(expectations(value)).toBe(false);
  });
});

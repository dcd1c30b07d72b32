import fc from "fast-check";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Json, JsonObject } from "../../inputs/objects";
import { parseSynth, readSynth } from "../../inputs/synth";
import { readJsonText } from "../../inputs/terraform/json-text";
import { propertyRuns } from "../property-runs";

const recorded = readFileSync(join(__dirname, "../fixtures/terraform/cdk.tf.json"), "utf8");
const stackFile = "cdktf.out/stacks/s/cdk.tf.json";
const again = "run `cdktf synth` again, and do not edit what it writes";

const problemsOf = (text: string, file = stackFile): Json => {
  const { value, problems } = parseSynth([{ file, text }]);
  expect(problems.map(({ severity }) => severity)).toEqual(problems.map(() => "error"));
  if (problems.length === 1 && problems[0]?.location.address === undefined) expect(value).toEqual([]);
  return problems.map(({ message, location: { line, column } }) => (line === undefined ? [message] : [message, line, column])) as Json;
};
const policy = (name: string, namespace = "shop"): JsonObject => ({ metadata: { name, namespace }, spec: { pod_selector: {} } });
const policies = (bodies: JsonObject, more: JsonObject = {}): JsonObject => ({
  ...more,
  resource: { kubernetes_network_policy_v1: bodies },
});

describe("a file that is not JSON", () => {
  test.each<[string, string, string, number, number, string[]]>([
    ["a missing comma", '{\n  "a": 1\n  "b": 2\n}', "`,` or `}`", 3, 3, ['  3 |   "b": 2', "    |   ^"]],
    ["a missing colon", '{"a" 1}', "`:`", 1, 6, ['  1 | {"a" 1}', "    |      ^"]],
    ["a key without quotes", "{a: 1}", "a key in double quotes or `}`", 1, 2, ["  1 | {a: 1}", "    |  ^"]],
    ["a comma too many", '{"a": [1,]}', "a value", 1, 10, ['  1 | {"a": [1,]}', "    |          ^"]],
    ["a key after a comma too many", '{"a": 1,}', "a key in double quotes", 1, 9, ['  1 | {"a": 1,}', "    |         ^"]],
    ["more after the end", '{"a": 1}}', "the end of the file", 1, 9, ['  1 | {"a": 1}}', "    |         ^"]],
    ["a number JSON does not have", '{"a": 01}', "a value", 1, 7, ['  1 | {"a": 01}', "    |       ^"]],
    ["an escape JSON does not have", '{"a": "\\x"}', "an escape that JSON has", 1, 8, ['  1 | {"a": "\\x"}', "    |        ^"]],
    [
      "a string over two lines",
      '{"a": "x\r\n"}',
      '`"` before the line break or control character',
      1,
      9,
      ['  1 | {"a": "x', "    |         ^"],
    ],
    ["a truncated list", '{"a": [1', "`,` or `]` but the file ends", 1, 9, ['  1 | {"a": [1', "    |         ^"]],
    ["a truncated string", '{"a', '`"` but the file ends', 1, 4, ['  1 | {"a', "    |    ^"]],
    ["text", "see the wiki", "a value", 1, 1, ["  1 | see the wiki", "    | ^"]],
    ["a fault after a byte order mark", "\uFEFF{x", "a key in double quotes or `}`", 1, 2, ["  1 | {x", "    |  ^"]],
  ])("%s", (_, text, expected, line, column, excerpt) => {
    const message = `\`${stackFile}\` is not JSON: expected ${expected} at line ${line}, column ${column}; ${again}\n${excerpt.join("\n")}`;
    expect(problemsOf(text)).toEqual([[message, line, column]]);
  });

  it("shows the part of a long line that matters", () => {
    const text = `{"a": "${"x".repeat(500)}" oops, "b": "${"y".repeat(500)}"}`;
    const excerpt = [`  1 | ${"x".repeat(48)}" oops, "b": "${"y".repeat(38)}`, `    | ${" ".repeat(50)}^`];
    expect(problemsOf(text)).toEqual([
      [`\`${stackFile}\` is not JSON: expected \`,\` or \`}\` at line 1, column 510; ${again}\n${excerpt.join("\n")}`, 1, 510],
    ]);
  });

  it("is empty", () => {
    expect(problemsOf(" \n")).toEqual([[`\`${stackFile}\` is empty: ${again}`]]);
  });

  it("does not keep the other files from being read", () => {
    const { value, problems } = parseSynth([
      { file: "broken.json", text: "{" },
      { file: stackFile, text: JSON.stringify(policies({ p: policy("p") })) },
    ]);
    expect(value.map(({ location }) => location.address)).toEqual(["kubernetes_network_policy_v1.p"]);
    expect(problems.map(({ location }) => location)).toEqual([{ file: "broken.json", line: 1, column: 2 }]);
  });

  it("is found wherever JSON.parse finds it", () => {
    const edit = fc.record({
      at: fc.nat(recorded.length),
      remove: fc.nat(3),
      insert: fc.constantFrom("", "{", "]", '"', ",", ":", "\\", "\n", "-", "1", "nul"),
    });
    fc.assert(
      fc.property(edit, ({ at, remove, insert }) => {
        const text = recorded.slice(0, at) + insert + recorded.slice(at + remove);
        const { value, problems } = readJsonText("f", text, "w");
        expect([problems.length, value]).toEqual(parses(text) ? [0, JSON.parse(text)] : [1, undefined]);
        const fault = problems[0] === undefined ? "" : /expected (.*) at line/.exec(problems[0].message)?.[1];
        expect(fault).not.toBeUndefined();
      }),
      { numRuns: propertyRuns(300) },
    );
  });
});

describe("JSON that is not a Terraform configuration", () => {
  test.each<[string, string, string]>([
    [
      "[]",
      "cdk.tf.json",
      "`cdk.tf.json` holds a list instead of a Terraform configuration: pass the `cdk.tf.json` that `cdktf synth` writes",
    ],
    [
      "null",
      "cdk.tf.json",
      "`cdk.tf.json` holds `null` instead of a Terraform configuration: pass the `cdk.tf.json` that `cdktf synth` writes",
    ],
    [
      "3",
      "cdk.tf.json",
      "`cdk.tf.json` holds a number instead of a Terraform configuration: pass the `cdk.tf.json` that `cdktf synth` writes",
    ],
    ["{}", "a.json", "`a.json` is JSON with neither `resource` nor `terraform` in it: pass the `cdk.tf.json` that `cdktf synth` writes"],
    [
      '{"resource_changes": []}',
      "a.json",
      "`a.json` is JSON with neither `resource` nor `terraform` in it but with a plan: read it as a plan",
    ],
    [
      '{"stacks": {}}',
      "manifest.json",
      "`manifest.json` is JSON with neither `resource` nor `terraform` in it but with a list of stacks: pass the folder it is in",
    ],
    ["terraform {\n}\n", "out/cdk.tf", "`out/cdk.tf` is HCL, and only JSON is read: re-run `cdktf synth` without `--hcl`"],
    [
      '# a\nresource "a" "b" {\n}\n',
      "main.txt",
      "`main.txt` is HCL, and only JSON is read: pass a plan instead, written by `terraform show -json PLANFILE`",
    ],
    ['{"resource": 1}', "a.json", `\`/resource\` of \`a.json\` is a number where Terraform expects a block: ${again}`],
    [
      '{"resource": {"kubernetes_pod": {"p": "x"}}}',
      "a.json",
      `\`/resource/kubernetes_pod/p\` of \`a.json\` is a string where Terraform expects a block: ${again}`,
    ],
  ])("%s in %s", (text, file, message) => {
    expect(problemsOf(text, file)).toEqual([[message]]);
  });

  it("names both places when a stack is passed twice", () => {
    const text = JSON.stringify(policies({ p: policy("p") }, { "//": { metadata: { stackName: "s" } } }));
    const { problems } = parseSynth([
      { file: "a/cdk.tf.json", text },
      { file: "b/cdk.tf.json", text },
    ]);
    expect(problems.map(({ message }) => message)).toEqual([
      "`kubernetes_network_policy_v1.p` is declared in `a/cdk.tf.json` and again in `b/cdk.tf.json`: pass each stack once, and declare each block once",
    ]);
  });
});

describe("nothing throws", () => {
  const word = fc.constantFrom(
    "${",
    "}",
    "var.a",
    "local.a",
    "aws_x.y",
    "[0]",
    '"',
    "{",
    "toset(",
    ")",
    "[",
    "]",
    "a",
    "=",
    ",",
    "$${",
    "%{",
    "each.key",
    "\\",
    ".",
    "count.index",
    "(",
    "for",
  );
  const template = fc.array(word, { maxLength: 12 }).map((words) => words.join(""));
  const leaf: fc.Arbitrary<Json> = fc.oneof(template, fc.constantFrom(null, 0, true));
  const key = fc.oneof(template, fc.constantFrom("for_each", "dynamic", "ingress", "content", "spec", "metadata", "labels"));
  const value: fc.Memo<Json> = fc.memo((depth): fc.Arbitrary<Json> => {
    if (depth <= 1) return leaf;
    const inner = value(depth - 1);
    return fc.oneof(template, fc.array(inner, { maxLength: 2 }), fc.dictionary(key, inner, { maxKeys: 3 }));
  });
  const type = fc.constantFrom(
    "kubernetes_network_policy",
    "kubernetes_labels",
    "kubernetes_deployment",
    "kubernetes_service",
    "kubectl_manifest",
    "kubernetes_manifest",
    "helm_release",
    "constructor",
    "__proto__",
    "aws_x",
  );
  const section = fc.dictionary(type, fc.dictionary(fc.constantFrom("a", "y", "toString"), value(4), { maxKeys: 2 }), { maxKeys: 3 });

  it("whatever a configuration holds", () => {
    fc.assert(
      fc.property(fc.record({ resource: section, data: section, locals: value(3), variable: value(3), output: value(3) }), (parts) => {
        expect(() => readSynth([{ file: stackFile, text: JSON.stringify(parts) }])).not.toThrow();
      }),
      { numRuns: propertyRuns(500) },
    );
  });

  it("however deep it is nested", () => {
    const deep = (open: string, close: string, levels: number): string => open.repeat(levels) + close.repeat(levels);
    const manifest = (json: string): string => `{"resource": {"kubernetes_manifest": {"m": {"manifest": {"kind": "Pod", "x": ${json}}}}}}`;
    for (const json of [deep("[", "]", 5_000), JSON.stringify(`\${${deep("[", "]", 5_000)}}`), JSON.stringify(deep('${"', '"}', 5_000))]) {
      expect(() => readSynth([{ file: stackFile, text: manifest(json) }])).not.toThrow();
    }
  });
});

function parses(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

/** Files that cannot be read: each is one clear error that says what, where and what to do, and the others are read all the same. */
import fc from "fast-check";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { readInputs } from "../../inputs";
import { propertyRuns } from "../property-runs";
import { faultsOf, planOf, readOne } from "./read-one";

const namespace = "apiVersion: v1\nkind: Namespace\nmetadata: {name: a}\n";

/** Ten aliases of ten aliases, and so on: a billion strings in four hundred characters. */
const bomb = (): string => {
  const lines = Array.from({ length: 9 }, (_, level) => `a${level + 1}: &a${level + 1} [${Array(10).fill(`*a${level}`).join(", ")}]`);
  return ["apiVersion: v1", "kind: Pod", "a0: &a0 x", ...lines].join("\n");
};

describe("a file that cannot be read", () => {
  test.each<[string, string, string, readonly string[]]>([
    [
      "YAML with a mistake in its second document",
      "a.yaml",
      `${namespace}---\nkind: Pod\nmetadata:\n  labels: {a: b\n  name: x\n`,
      [
        "error: `a.yaml` is not YAML: flow map in block collection must be sufficiently indented and end with a } at line 8, column 3; correct it there",
        "  8 |   name: x",
        "    |   ^",
      ],
    ],
    [
      "YAML with a key twice",
      "a.yaml",
      "kind: Pod\nmetadata:\n  name: a\n  name: b\n",
      ["error: `a.yaml` is not YAML: map keys must be unique at line 4, column 3; correct it there", "  4 |   name: b", "    |   ^"],
    ],
    [
      "JSON with a key twice, once behind an escape",
      "a.json",
      '{"apiVersion": "v1",\n"kind": "Pod", "metadata": {"name": "a", "labels": {"name": "{"},\n  "n\\u0061me": "b"}}',
      [
        "error: `a.json` has the key `name` twice in one object, at line 2, column 29 and at line 3, column 3: keep one of them",
        '  3 |   "n\\u0061me": "b"}}',
        "    |   ^",
      ],
    ],
    [
      "a template",
      "templates/a.yaml",
      "{{- if .Values.on }}\nkind: Pod\n{{- end }}\n",
      [
        expect.stringMatching(
          /^error: `templates\/a.yaml` is not YAML: .* at line 1, column \d+; it looks like a template: pass what `helm template` makes of it$/,
        ),
      ],
    ],
    [
      "an alias without an anchor",
      "a.yaml",
      "kind: Pod\nmetadata: *nobody\n",
      [expect.stringMatching(/^error: `a.yaml` is not YAML: unresolved alias.* at line \d+, column \d+; correct it there$/i)],
    ],
    [
      "a YAML bomb",
      "a.yaml",
      bomb(),
      ["error: `a.yaml` has aliases that multiply to more than 10000 nodes in the document at line 1: write out what they stand for"],
    ],
    [
      "JSON that is cut short",
      "plan.json",
      '{"format_version": "1.2", "resource_changes": [',
      [
        "error: `plan.json` is not JSON: expected a value or `]` but the file ends at line 1, column 48; write it again, as it may be cut short, or correct it there",
        '  1 | {"format_version": "1.2", "resource_changes": [',
        "    |                                                ^",
      ],
    ],
    ["an empty plan", "plan.json", "\n", ["error: `plan.json` is empty: write it again, as it may be cut short, or correct it there"]],
    ["an empty pipe", "-", "", ["error: standard input is empty: see what the command before the pipe says"]],
    ["a binary file", "a.yaml", "kind: \u0000Pod", ["error: `a.yaml` is binary: pass text, in YAML or JSON"]],
    [
      "a plan as Terraform saves it",
      "plan.out",
      "PK\u0003\u0004\u0000",
      ["error: `plan.out` is a plan in Terraform's own form: pass what `terraform show -json plan.out` prints"],
    ],
    [
      "the log of a plan",
      "plan.json",
      '{"@level":"info","@message":"Terraform 1.11.4"}\n{"@level":"info","@message":"Plan: 1 to add"}\n',
      ["error: `plan.json` is the log of `terraform plan -json`: pass what `terraform show -json PLANFILE` prints"],
    ],
    [
      "HCL that CDKTF wrote",
      "cdktf.out/stacks/s/cdk.tf",
      'terraform {\n}\nresource "a" "b" {}\n',
      ["error: `cdktf.out/stacks/s/cdk.tf` is HCL, and only JSON is read: re-run `cdktf synth` without `--hcl`"],
    ],
    [
      "HCL by hand",
      "-",
      '# network\nresource "aws_vpc" "v" {\n}\n',
      ["error: `-` is HCL, and only JSON is read: pass a plan instead, written by `terraform show -json PLANFILE`"],
    ],
    [
      "the list of stacks",
      "cdktf.out/manifest.json",
      '{"stacks": {"s": {"name": "s"}}, "version": "0.21.0"}',
      [
        "error: `cdktf.out/manifest.json` is JSON with neither `resource` nor `terraform` in it but with a list of stacks: pass the folder it is in",
      ],
    ],
  ])("%s", (_, file, text, lines) => {
    const [first, ...rest] = faultsOf(text, file);
    expect(rest).toEqual([]);
    expect((first ?? "").split("\n").slice(0, lines.length)).toEqual(lines);
    expect(readInputs([{ file, text }]).value.flatMap(({ after }) => after.objects)).toEqual([]);
  });

  it("has its line and column in its location, where it has one", () => {
    const { problems } = readInputs([{ file: "a.yaml", text: "kind: Pod\n a: b\n" }]);
    expect(problems.map(({ location }) => location)).toEqual([
      { file: "a.yaml", line: expect.any(Number) as number, column: expect.any(Number) as number },
    ]);
  });

  it("is one that is longer than what is read", () => {
    const text = `# ${"x".repeat(5 * 2 ** 20)}`;
    expect(faultsOf(text, "big.yaml", { longestText: 2 ** 20 })).toEqual([
      "error: `big.yaml` has 5 MB, and 1 MB are read: split it, or leave out what is no policy, workload, namespace or Service",
    ]);
  });

  it("is one document of YAML that would not fit into memory, though many of the same length together do", () => {
    const filler = `# ${"x".repeat(9 * 2 ** 20)}\n`;
    expect(faultsOf(`${namespace}---\n${namespace}${filler}${filler}`, "big.yaml")).toEqual([
      "error: `big.yaml` has a YAML document of more than 16 MB at line 4: pass it as JSON, as `kubectl get -o json` prints it, or split it with `---`",
    ]);
    expect(readOne(`${namespace}${filler}---\n${namespace.replace("a}", "b}")}${filler}`, "big.yaml").after.objects).toHaveLength(2);
  });

  test.each([
    ["lists in YAML", `kind: Pod\na: ${"[".repeat(20_000)}`, "deep.yaml"],
    ["lists in JSON", `{"apiVersion":"v1","kind":"Pod","a":${"[".repeat(100_000)}${"]".repeat(100_000)}}`, "deep.json"],
  ])("is one that nests %s without end, or nothing is made of its depth", (_, text, file) => {
    for (const message of faultsOf(text, file)) expect(message).toMatch(/^error: `deep.yaml` is n(ested too deeply|ot YAML)/);
  });

  it("does not keep the others from being read", () => {
    const { value, problems } = readInputs([
      { file: "broken.yaml", text: "a: [" },
      { file: "a.yaml", text: namespace },
      { file: "plan.json", text: JSON.stringify(planOf([], { errored: true })) },
    ]);
    expect(value.map(({ kind, after }) => [kind, after.objects.length])).toEqual([["manifests", 1]]);
    expect(problems.map(({ location }) => location.file)).toEqual(["broken.yaml", "plan.json"]);
  });

  it("is no empty file in a folder, which is worth a note", () => {
    expect(faultsOf("\n\n", "empty.yaml")).toEqual(["note: `empty.yaml` is empty"]);
  });
});

describe("telling what a file is", () => {
  test.each<[string, string, string]>([
    ["plan", "anything.txt", '{"format_version":"1.2","resource_changes":[]}'],
    ["plan", "-", '\uFEFF {"format_version":"1.2","planned_values":{}}'],
    ["state", "-", '{"format_version":"1.0","values":{"root_module":{}}}'],
    ["state", "terraform.tfstate", '{"version":4,"terraform_version":"1.11.4","resources":[]}'],
    ["cdktf", "stacks/s/cdk.tf.json", '{"resource":{}}'],
    ["cdktf", "-", '{"//":{"metadata":{"stackName":"s"}},"terraform":{}}'],
    ["terraform-json", "main.tf.json", '{"variable":{}}'],
    ["terraform-json", "-", '{"resource":{"aws_vpc":{"v":{}}},"terraform":{}}'],
    ["manifests", "a.json", '{"apiVersion":"v1","kind":"Namespace","metadata":{"name":"a"},"data":{}}'],
    ["manifests", "a.yaml", "{apiVersion: v1, kind: Namespace, metadata: {name: a}}"],
    [
      "manifests",
      "-",
      '# from helm\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata:\n  main.tf: |\n    resource "a" "b" {\n    }\n',
    ],
  ])("%s: %s", (kind, file, text) => {
    expect(readOne(text, file).kind).toBe(kind);
  });
});

describe("whatever is in a file", () => {
  const folder = join(__dirname, "../fixtures/terraform-plans");
  const texts = [
    `${namespace}---\nkind: NetworkPolicy\nmetadata: {name: p}\nspec: {podSelector: {}, ingress: [{from: [{ipBlock: {cidr: 10.0.0.0/8}}]}]}\n`,
    readFileSync(join(folder, "plan-unknown-sets-manifest.json"), "utf8"),
    readFileSync(join(folder, "plan-moved-forget-modules.json"), "utf8"),
    JSON.stringify({
      version: 4,
      lineage: "x",
      resources: [{ type: "kubernetes_namespace", name: "n", instances: [{ attributes: { metadata: [{ name: "a" }] } }] }],
    }),
  ];
  const edit = fc.record({
    text: fc.constantFrom(...texts),
    at: fc.double({ min: 0, max: 1, noNaN: true }),
    remove: fc.nat(30),
    insert: fc.constantFrom(
      "",
      "null",
      "{}",
      "[]",
      "true",
      "1",
      '"x"',
      "{",
      "}",
      "[",
      ",",
      ":",
      "\n",
      "- ",
      "*a",
      "&a ",
      "!!x ",
      "---\n",
      "\u0000",
    ),
    file: fc.constantFrom("-", "a.yaml", "a.json", "cdk.tf.json"),
  });

  it("nothing is thrown, and an error has a message and a file", () => {
    fc.assert(
      fc.property(edit, ({ text, at, remove, insert, file }) => {
        const place = Math.floor(at * text.length);
        const { problems } = readInputs([{ file, text: text.slice(0, place) + insert + text.slice(place + remove) }]);
        for (const { message, location } of problems) expect([message.length > 10, location.file]).toEqual([true, file]);
      }),
      { numRuns: propertyRuns(400) },
    );
  });

  it("nothing is thrown for JSON of any shape under the names a plan has", () => {
    const name = fc.constantFrom(
      "format_version",
      "resource_changes",
      "change",
      "after",
      "after_unknown",
      "before",
      "address",
      "type",
      "mode",
      "values",
      "root_module",
      "resources",
      "configuration",
      "expressions",
      "metadata",
      "spec",
      "name",
      "kubernetes_network_policy",
      "1.2",
      "actions",
      "create",
      "manifest",
      "prior_state",
      "deferred_changes",
      "resource_drift",
      "module_calls",
      "instances",
      "attributes",
      "version",
    );
    const json = fc.letrec<{ value: unknown; leaf: unknown }>((tie) => ({
      value: fc.oneof(
        { maxDepth: 6, depthSize: "medium" },
        tie("leaf"),
        fc.array(tie("value"), { maxLength: 3 }),
        fc.dictionary(name, tie("value"), { maxKeys: 4 }),
      ),
      leaf: fc.oneof(name, fc.constantFrom(null, true, false, 0, 4, "")),
    })).value;
    fc.assert(
      fc.property(fc.dictionary(name, json, { maxKeys: 6 }), fc.boolean(), (root, isPlan) => {
        const text = JSON.stringify(isPlan ? { ...root, format_version: "1.2", resource_changes: root.resource_changes ?? [] } : root);
        const { problems } = readInputs([{ file: "a.json", text }]);
        for (const { message } of problems) expect(message).not.toBe("");
      }),
      { numRuns: propertyRuns(400) },
    );
  });
});

import { readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { parseDocument, stringify } from "yaml";
import { editedYaml } from "../../cli/fix/yaml-edit";
import { suggestedEdit } from "../../cli/fix/source-edit";
import { unifiedDiff } from "../../cli/fix/unified-diff";
import { folderWith, removeFolders } from "./folders";
import { netpolWith } from "./netpol";
import { closedShop } from "./shop";

afterAll(removeFolders);

/** A policy with a fault for each way a field is written, and comments around it. */
const faulty = `# The addresses of partners.
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { namespace: shop, name: partners }
spec:
  podSelector: { matchLabels: { app: web } } # only web
  policyTypes: [Ingress]
  ingress:
    - from:
        - ipBlock:
            cidr: 203.0.113.7/24 # as they told us
        - ipBlock: { cidr: "198.51.100.9/24" }
      ports: [{ port: 80 }]
    # The same again.
    - from: [{ ipBlock: { cidr: 203.0.113.0/24 } }]
      ports:
        - port: 80
  egress:
    - {}
  # The end.
`;

const input = `${closedShop}---\n${faulty}`;
const read = (folder: string): string => readFileSync(join(folder, "k8s/all.yaml"), "utf8");

describe("check --fix", () => {
  test("mends what can be mended, line by line, and the findings are gone", async () => {
    const cwd = folderWith({ "k8s/all.yaml": input });
    const found = async (): Promise<string> => (await netpolWith({ cwd }, "check", "k8s", "--only", "NP103", "--only", "NP108")).stdout;
    expect(await found()).toMatch(/NP103[^]*NP108[^]*NP108/);
    const { code, stdout, stderr } = await netpolWith({ cwd }, "check", "k8s", "--only", "NP103", "--only", "NP108", "--fix");
    expect(code).toBe(0);
    expect(
      stderr
        .split("\n")
        .filter((line) => line !== "")
        .map((line) => line.slice(0, 60)),
    ).toEqual([
      "fixed: k8s/all.yaml: NP103 NetworkPolicy shop/partners: remo",
      "fixed: k8s/all.yaml: NP108 NetworkPolicy shop/partners: writ",
      "fixed: k8s/all.yaml: NP108 NetworkPolicy shop/partners: writ",
    ]);
    expect(stdout).not.toMatch(/NP103|NP108/);
    expect(read(cwd)).toBe(
      input
        .replace("203.0.113.7/24", "203.0.113.0/24")
        .replace('"198.51.100.9/24"', "198.51.100.0/24")
        .replace("  egress:\n    - {}\n", ""),
    );
    expect(await found()).not.toMatch(/NP103|NP108/);
  });

  test("--fix-dry-run shows the same as a diff, and changes nothing", async () => {
    const cwd = folderWith({ "k8s/all.yaml": input });
    const { code, stdout } = await netpolWith({ cwd }, "check", "k8s", "--only", "NP108", "--fix-dry-run");
    expect(code).toBe(0);
    expect(stdout.split("\n").filter((line) => /^[-+]/.test(line))).toEqual([
      "--- k8s/all.yaml",
      "+++ k8s/all.yaml",
      "-            cidr: 203.0.113.7/24 # as they told us",
      '-        - ipBlock: { cidr: "198.51.100.9/24" }',
      "+            cidr: 203.0.113.0/24 # as they told us",
      "+        - ipBlock: { cidr: 198.51.100.0/24 }",
    ]);
    expect(read(cwd)).toBe(input);
  });

  test("what is suppressed stays as it is", async () => {
    const kept = input.replace("# The addresses", "# netpol-ignore NP108 the partner writes it so expires=2027-03-01\n# The addresses");
    const cwd = folderWith({ "k8s/all.yaml": kept });
    const { stderr } = await netpolWith({ cwd, env: { NETPOL_TODAY: "2027-01-01" } }, "check", "k8s", "--only", "NP108", "--fix");
    expect(stderr).toBe("nothing to fix\n");
    expect(read(cwd)).toBe(kept);
  });

  test("what was not written in YAML is said, with the line that made it", async () => {
    const stack = {
      resource: {
        kubernetes_network_policy_v1: {
          partners: {
            "//": { netpol: { source: { file: "stacks/shop.ts", line: 41 } } },
            metadata: { name: "partners", namespace: "shop" },
            spec: {
              pod_selector: {},
              policy_types: ["Ingress"],
              ingress: [{ from: [{ ip_block: { cidr: "203.0.113.7/24" } }] }],
            },
          },
        },
      },
    };
    const program = `${"\n".repeat(40)}new Partners(this, "partners", {\n  cidr: "203.0.113.7/24",\n});\n`;
    const cwd = folderWith({ "cdk.tf.json": stack, "all.yaml": closedShop, "stacks/shop.ts": program });
    const { stderr } = await netpolWith({ cwd }, "check", "cdk.tf.json", "all.yaml", "--only", "NP108", "--fix");
    expect(stderr).toContain("to fix by hand: NP108 NetworkPolicy shop/partners (stacks/shop.ts:41): set");
    expect(stderr).toContain(`\n  stacks/shop.ts:42\n  - cidr: "203.0.113.7/24",\n  + cidr: "203.0.113.0/24",\n`);
    expect(readFileSync(join(cwd, "stacks/shop.ts"), "utf8")).toBe(program);
    expect(stderr).toContain('set `spec.ingress[0].from[0].ipBlock.cidr` to `"203.0.113.0/24"`');
    expect(readFileSync(join(cwd, "cdk.tf.json"), "utf8")).toBe(JSON.stringify(stack));
  });
});

describe("the line of a program to change", () => {
  const change = { before: "10.0.0.1/8", after: "10.0.0.0/8" };
  const program = (...lines: readonly string[]): string =>
    ["// made here", "new A(this, {", ...lines, "});", "const other = 1;"].join("\n");

  test.each([
    [
      "in double quotes",
      [`  cidr: "10.0.0.1/8", // $& them`],
      { line: 3, before: `  cidr: "10.0.0.1/8", // $& them`, after: `  cidr: "10.0.0.0/8", // $& them` },
    ],
    [
      "in single quotes, deep inside",
      ["  from: [{", "    cidr: '10.0.0.1/8' }],"],
      { line: 4, before: "    cidr: '10.0.0.1/8' }],", after: "    cidr: '10.0.0.0/8' }]," },
    ],
  ])("is the one that says the value %s", (_, lines, expected) => {
    expect(suggestedEdit(program(...lines), 2, change)).toEqual(expected);
  });

  test("is sought in the statement first, then in the whole text", () => {
    const before = `const range = "10.0.0.1/8";\n`;
    expect(suggestedEdit(before + program(`cidr: "10.0.0.1/8",`), 3, change)).toMatchObject({ line: 4 });
    expect(suggestedEdit(before + program("cidr: range,"), 3, change)).toMatchObject({ line: 1, after: `const range = "10.0.0.0/8";` });
  });

  test.each([
    ["no line says it", ["cidr: range,"]],
    ["two lines say it", [`a: "10.0.0.1/8",`, `b: "10.0.0.1/8",`]],
    ["a line says it twice", [`a: ["10.0.0.1/8", "10.0.0.1/8"],`]],
    ["a line only holds the text inside another", [`a: "110.0.0.1/8",`]],
  ])("is not told where %s", (_, lines) => {
    expect(suggestedEdit(program(...lines), 2, change)).toBeUndefined();
  });
});

describe("an edit of YAML", () => {
  const object = { kind: "ConfigMap", name: "x" };
  const edited = (source: string, path: readonly (string | number)[], value?: object | string) =>
    editedYaml(source, {
      start: 0,
      path,
      edit: { object, field: "", ...(value === undefined ? { kind: "remove" } : { kind: "set", value: value as string }) },
    });

  test.each([
    ["an entry of a list", "a:\n  - one # 1\n  # about two\n  - two\n", ["a", 0], "a:\n  # about two\n  - two\n"],
    ["the last entry of a list", "a:\n  - one\n  - two\n# end\n", ["a", 1], "a:\n  - one\n# end\n"],
    ["the only entry of a list", "a:\n  - one\nb: 2\n", ["a", 0], "a: []\nb: 2\n"],
    ["an entry of a list in brackets", "a: [one, two, three]\n", ["a", 1], "a: [one, three]\n"],
    ["the last entry in brackets", "a: [one, two]\n", ["a", 1], "a: [one]\n"],
    ["the only entry in brackets", "a: [one] # c\n", ["a", 0], "a: [] # c\n"],
    ["a field", "a: 1\nb: # c\n  d: 2\nc: 3\n", ["b"], "a: 1\nc: 3\n"],
    ["a field in braces", "a: { b: 1, c: 2 }\n", ["a", "b"], "a: { c: 2 }\n"],
  ])("removes %s", (_, source, path, expected) => {
    expect(edited(source, path)).toBe(expected);
  });

  test.each([
    ["a text", "a: 'x' # c\n", ["a"], "y", "a: y # c\n"],
    ["a list in brackets", "a: [x, y] # c\n", ["a"], ["z"], "a: [ z ] # c\n"],
    ["a new field", "s:\n  first: {}\n  second: 2\n", ["s", "types"], ["In"], "s:\n  first: {}\n  types: [ In ]\n  second: 2\n"],
    ["a new field in braces", "s: { first: 1, second: 2 }\n", ["s", "types"], ["In"], "s: { first: 1, types: [ In ], second: 2 }\n"],
  ])("sets %s", (_, source, path, value, expected) => {
    expect(edited(source, path, value)).toBe(expected);
  });

  test("of a field that is not there changes nothing", () => {
    expect(edited("a: 1\n", ["b"])).toBeUndefined();
    expect(edited("a: 1\n", ["b", "c"], "x")).toBeUndefined();
  });

  test("that would take away what an alias stands for changes nothing", () => {
    expect(edited("a: &x [1]\nb: *x\n", ["a"])).toBeUndefined();
  });

  test("gives the value that is wanted, whatever the document looks like", () => {
    const leaf = fc.constantFrom<unknown>("x", 1, true, "a: b", "");
    const { value } = fc.letrec<{ value: unknown }>((tie) => ({
      value: fc.oneof(
        { depthSize: "small" },
        leaf,
        fc.array(tie("value"), { maxLength: 3 }),
        fc.dictionary(fc.constantFrom("a", "b", "c"), tie("value"), { maxKeys: 3 }),
      ),
    }));
    fc.assert(
      fc.property(
        value,
        value,
        fc.boolean(),
        fc.nat(2),
        fc.constantFrom<"flow" | "block">("flow", "block"),
        (first, second, isList, n, style) => {
          // Copies: the same list twice would be written once, with an alias.
          const held = JSON.parse(
            JSON.stringify({ before: 1, list: isList ? [first, second, first] : { a: first, b: second, c: first }, after: 2 }),
          ) as { list: object };
          const document = parseDocument(JSON.stringify(held));
          const source = style === "flow" ? document.toString() : stringify(held);
          const key = isList ? n : ["a", "b", "c"][n]!;
          const result = edited(source, ["list", key]);
          const rest = isList
            ? [first, second, first].filter((_, at) => at !== n)
            : Object.fromEntries(Object.entries(held.list).filter(([name]) => name !== key));
          expect(parseDocument(result ?? "").toJS()).toEqual({ ...held, list: rest });
        },
      ),
    );
  });
});

test("a diff says which lines come and go, with three lines around them", () => {
  const before = Array.from({ length: 20 }, (_, n) => `line ${String(n)}`).join("\n");
  const after = before.replace("line 3\n", "").replace("line 15", "line fifteen");
  expect(unifiedDiff("x", before, before)).toBe("");
  expect(unifiedDiff("x", before, after)).toBe(
    [
      "--- x",
      "+++ x",
      "@@ -1,7 +1,6 @@",
      " line 0",
      " line 1",
      " line 2",
      "-line 3",
      " line 4",
      " line 5",
      " line 6",
      "@@ -13,7 +12,7 @@",
      " line 12",
      " line 13",
      " line 14",
      "-line 15",
      "+line fifteen",
      " line 16",
      " line 17",
      " line 18",
      "",
    ].join("\n"),
  );
});

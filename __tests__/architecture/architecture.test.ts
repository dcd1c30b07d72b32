import { emptyNameParts, hasDefaultExport, isKebabCase, lineCount, machinePaths } from "./conventions";
import { documentedRow, drawnPaths, linkedFiles, tableRows } from "./documents";
import { importTable } from "./import-table";
import { forbiddenImports, importedModules } from "./imports";
import { missingOptionalPackages } from "./lock-file";

const violations = (path: string, text: string): readonly string[] => forbiddenImports({ path, text }, importTable);

describe("the import check", () => {
  test.each([
    ["main.ts", 'import { NetworkStack } from "./stacks/network-stack";'],
    ["stacks/constructs/workload.ts", 'import { type Workload } from "../../engine/model";'],
    ["stacks/network-stack.ts", 'import { Vpc } from "@cdktf/provider-aws/lib/vpc";'],
    ["stacks/settings.ts", 'import { z } from "zod";'],
    ["policies/index.ts", 'import { everything } from "../engine/model/label-selector";\nimport { workloads } from "./workloads";'],
    ["engine/verdict.ts", 'import { selects } from "./selector";\nimport { Address4 } from "ip-address";'],
    ["engine/lint/rules/np103-inert-direction.ts", 'import { type Rule } from "../rule";'],
    ["engine/selector.ts", 'import { isUnknown } from "./model";'],
    ["inputs/plan.ts", 'import { IpSet } from "../engine/sets/ip-set";\nimport { parse } from "yaml";'],
    ["outputs/text.ts", 'import pc from "picocolors";\nimport { type Report } from "../engine/report";'],
    ["cli/main.ts", 'import { readFileSync } from "node:fs";\nimport { expectations } from "../policies/expectations";'],
    ["bench/run.ts", 'import { performance } from "node:perf_hooks";\nimport { evaluate } from "../engine";'],
  ])("%s may: %s", (path, text) => {
    expect(violations(path, text)).toEqual([]);
  });

  test.each([
    ["main.ts", 'import { evaluate } from "./engine";'],
    ["main.ts", 'import { workloads } from "./policies/workloads";'],
    ["stacks/policy-stack.ts", 'import { evaluate } from "../engine";'],
    ["stacks/policy-stack.ts", 'import { readFileSync } from "node:fs";'],
    ["policies/baseline.ts", 'import { TerraformStack } from "cdktf";'],
    ["policies/baseline.ts", 'import { selects } from "../engine/selector";'],
    ["engine/verdict.ts", 'import { readFileSync } from "node:fs";'],
    ["engine/verdict.ts", 'import { readFileSync } from "fs";'],
    ["engine/verdict.ts", 'import { toCluster } from "../inputs/kubernetes";'],
    ["engine/verdict.ts", 'import { verdict } from ".";'],
    ["engine/lint/index.ts", 'import { verdict } from "../index";'],
    ["engine/model/cluster.ts", 'import { selects } from "../selector";'],
    ["engine/sets/port-set.ts", 'import { isolation } from "../isolation";'],
    ["inputs/plan.ts", 'import { verdict } from "../engine/verdict";'],
    ["inputs/plan.ts", 'import { readFileSync } from "node:fs";'],
    ["outputs/text.ts", 'import { toCluster } from "../inputs/kubernetes";'],
    ["outputs/text.ts", 'import { writeFileSync } from "node:fs";'],
    ["cli/main.ts", 'import { settings } from "../stacks/settings";'],
    ["cli/main.ts", 'import { App } from "cdktf";'],
    ["bench/run.ts", 'import { render } from "../outputs/text";'],
    ["engine/verdict.ts", 'import { helper } from "../../elsewhere/file";'],
    ["stacks/network-stack.ts", 'import { App } from "cdktf-cli";'],
  ])("%s must not: %s", (path, text) => {
    expect(violations(path, text)).toHaveLength(1);
  });

  test("every way to name a module counts", () => {
    const text = [
      'import "./a";',
      'import type { B } from "./b";',
      'export * from "./c";',
      'const d = require("./d");',
      'const e = import("./e");',
      'type F = import("./f").F;',
    ].join("\n");
    expect([...importedModules(text)].sort()).toEqual(["./a", "./b", "./c", "./d", "./e", "./f"]);
  });

  test("a module named in a comment or a string does not count", () => {
    expect(importedModules('// import "./a"\nconst text = \'import "./b"\';')).toEqual([]);
  });

  test("a file outside every listed folder is refused", () => {
    expect(violations("scripts/run.ts", "")).toEqual([
      "scripts/run.ts is in no folder of the import table: move it, or add the folder with what it may import",
    ]);
  });

  test("the sentence names the file, the import and what is allowed", () => {
    expect(violations("policies/baseline.ts", 'import { App } from "cdktf";')).toEqual([
      "policies/baseline.ts imports the package cdktf: policies may import none",
    ]);
    expect(violations("outputs/text.ts", 'import { parse } from "../inputs/plan";')).toEqual([
      "outputs/text.ts imports inputs/plan: outputs may import engine",
    ]);
  });
});

describe("the conventions", () => {
  test.each(["engine/utils.ts", "cli/helpers/text.ts", "engine/set-utils.ts", "common.test.ts", "inputs/misc.ts"])(
    "%s says nothing",
    (path) => {
      expect(emptyNameParts(path)).toHaveLength(1);
    },
  );

  test.each(["engine/commonality.ts", "engine/model/unknown.ts", "engine/miscount.ts"])("%s says something", (path) => {
    expect(emptyNameParts(path)).toEqual([]);
  });

  test.each([
    ["engine/ip-set.ts", true],
    ["__tests__/engine/ip-set.test.ts", true],
    ["engine/lint/rules/np103-inert-direction.ts", true],
    ["engine/ipSet.ts", false],
    ["engine/ip_set.ts", false],
    ["engine/IpSet.ts", false],
  ])("%s is kebab-case: %s", (path, expected) => {
    expect(isKebabCase(path)).toBe(expected);
  });

  test.each([
    "export default 1;",
    "export default function run() {}",
    "export default class {}",
    "const a = 1; export = a;",
    "const a = 1; export { a as default };",
    'export { default } from "./a";',
    'export * as default from "./a";',
  ])("%s is a default export", (text) => {
    expect(hasDefaultExport({ path: "a.ts", text })).toBe(true);
  });

  test.each(["export const a = 1;", 'import a from "./a"; export { a };', 'export { default as a } from "./a";', "// export default\n"])(
    "%s is not",
    (text) => {
      expect(hasDefaultExport({ path: "a.ts", text })).toBe(false);
    },
  );

  test.each([
    ["", 1],
    ["a", 1],
    ["a\n", 1],
    ["a\nb\n", 2],
  ])("%j has %i lines", (text, lines) => {
    expect(lineCount(text)).toBe(lines);
  });

  test.each(["/home/ada/project", '"/tmp/x.json"', "file:/opt/tool/bin", "C:\\Users\\ada", "C:\\\\Users\\\\ada"])(
    "%s is of one machine",
    (text) => {
      expect(machinePaths(`\n${text}`)).toEqual([expect.stringMatching(/^line 2: /)]);
    },
  );

  test.each(["https://example.com/home/page", "$HOME/tmp/x", "docs/work/x", "./tmp/x", "mountPath: /tmp", "${dir}/tmp/x"])(
    "%s is not",
    (text) => {
      expect(machinePaths(text)).toEqual([]);
    },
  );

  test("a directory given by name is found anywhere", () => {
    expect(machinePaths("path=/srv/checkout/file", ["/srv/checkout"])).toEqual(["line 1: /srv/checkout"]);
  });
});

describe("the documents", () => {
  test("a tree is read with its nesting", () => {
    const tree = [
      "├── main.ts   entry",
      "├── engine/",
      "│   ├── model/   types",
      "│   │   └── flow.ts",
      "│   └── index.ts",
      "└── docs/",
    ].join("\n");
    expect(drawnPaths(tree)).toEqual(["main.ts", "engine", "engine/model", "engine/model/flow.ts", "engine/index.ts", "docs"]);
  });

  test("a table is read without its code marks, and only the rows asked for", () => {
    const table = ["| folder | may import | packages |", "| --- | --- | --- |", "| `policies` | `engine/model` | none |"].join("\n");
    const rule = { folder: "policies", folders: ["engine/model"], packages: [] };
    expect(tableRows(table, ["policies"])).toEqual([documentedRow(rule)]);
    expect(tableRows(table, ["policies"])).not.toEqual([documentedRow({ ...rule, packages: ["cdktf"] })]);
  });

  test("links are resolved from their page; the web and anchors are left out", () => {
    const page = "[a](../README.md#use) [b](stacks.md) [c](https://example.com/x) [d](#here) [e](mailto:a@example.com)";
    expect(linkedFiles("docs/architecture.md", page)).toEqual(["README.md", "docs/stacks.md"]);
  });
});

describe("the lock file", () => {
  const compiler = { optionalDependencies: { "compiler-linux": "1.0.0" } };

  test("an optional package may lie in any folder above", () => {
    expect(
      missingOptionalPackages({ packages: { "node_modules/a/node_modules/compiler": compiler, "node_modules/compiler-linux": {} } }),
    ).toEqual([]);
    expect(
      missingOptionalPackages({ packages: { "node_modules/@s/a": compiler, "node_modules/@s/a/node_modules/compiler-linux": {} } }),
    ).toEqual([]);
  });

  test("one that lies elsewhere, or nowhere, is named with who needs it", () => {
    const missing = ["node_modules/compiler needs compiler-linux"];
    expect(missingOptionalPackages({ packages: { "node_modules/compiler": compiler } })).toEqual(missing);
    expect(
      missingOptionalPackages({ packages: { "node_modules/compiler": compiler, "node_modules/b/node_modules/compiler-linux": {} } }),
    ).toEqual(missing);
  });
});

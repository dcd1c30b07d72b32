/** The package as others get it: packed, installed into an empty folder without development packages, and used there. */
import { execFileSync, spawnSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";

const root = resolve(__dirname, "..");
let folder: string;

/** Packages that the installed package may use: its dependencies, and theirs. */
function runtimePackages(): readonly string[] {
  const { packages } = JSON.parse(readFileSync(join(root, "package-lock.json"), "utf8")) as {
    readonly packages: Readonly<Record<string, { readonly dev?: boolean; readonly optional?: boolean }>>;
  };
  return Object.entries(packages).flatMap(([path, { dev, optional }]) => (path === "" || dev === true || optional === true ? [] : [path]));
}

/** Unpacks what `npm pack` makes beside copies of its dependencies, as `npm install` would, without asking a registry. */
function install(): void {
  execFileSync("npx", ["tsc", "-p", "tsconfig.build.json", "--outDir", join(folder, "compiled")], { cwd: root, stdio: "pipe" });
  const listed = JSON.parse(
    execFileSync("npm", ["pack", "--dry-run", "--json", "--ignore-scripts"], {
      cwd: root,
      encoding: "utf8",
      stdio: ["ignore", "pipe", "ignore"],
    }),
  ) as readonly {
    readonly files: readonly { readonly path: string }[];
  }[];
  const home = join(folder, "node_modules", "netpol-eks");
  for (const { path } of listed[0]?.files ?? []) if (!path.startsWith("dist/")) cpSync(join(root, path), join(home, path));
  cpSync(join(folder, "compiled"), join(home, "dist"), { recursive: true });
  // A package inside another comes with it.
  for (const path of runtimePackages().filter((each) => !each.includes("/node_modules/"))) {
    const target = join(folder, path);
    mkdirSync(resolve(target, ".."), { recursive: true });
    symlinkSync(join(root, path), target, "junction");
  }
}

const netpol = (...args: readonly string[]) =>
  spawnSync(process.execPath, [join(folder, "node_modules", "netpol-eks", "dist", "cli", "main.js"), ...args], {
    cwd: folder,
    encoding: "utf8",
    env: { PATH: process.env.PATH },
  });

const manifest = (...policies: readonly string[]): string =>
  [
    "{ apiVersion: v1, kind: Namespace, metadata: { name: shop } }",
    "{ apiVersion: v1, kind: Pod, metadata: { name: web, namespace: shop, labels: { app: web } }, spec: { containers: [{ name: c, image: i }] } }",
    ...policies,
  ].join("\n---\n");

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "netpol-package-"));
  install();
  writeFileSync(join(folder, "open.yaml"), manifest());
  writeFileSync(join(folder, "expect.yaml"), "version: 1\nexpect:\n  - { id: closed, deny: { from: internet, to: shop/web } }\n");
  writeFileSync(join(folder, "broken.yaml"), "kind: [");
  writeFileSync(join(folder, "nothing.yaml"), "hello: world\n");
}, 180_000);

afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

test("holds what it needs and nothing that is only for development", () => {
  const home = join(folder, "node_modules", "netpol-eks");
  expect(readdirSync(home).toSorted()).toEqual(["LICENSE", "README.md", "dist", "docs", "package.json", "schema"]);
  expect(readdirSync(join(home, "dist")).toSorted()).toEqual(["cli", "engine", "inputs", "outputs", "testing"]);
  expect(readdirSync(join(folder, "node_modules")).filter((name) => /cdktf|typescript|jest/.test(name))).toEqual([]);
});

test.each([
  [0, "passes", ["check", "open.yaml", "--fail-on", "none"]],
  [1, "fails", ["check", "open.yaml", "-e", "expect.yaml"]],
  [2, "could not run", ["check", "broken.yaml"]],
  [2, "is called wrongly", ["check", "--no-such-option"]],
  [3, "has nothing to check", ["check", "nothing.yaml"]],
])("ends with %i when it %s", (code, _, args) => {
  const { status, stdout, stderr } = netpol(...args);
  expect({ status, stack: /\n {4}at /.test(stderr) }).toEqual({ status: code, stack: false });
  if (code === 2) expect({ stdout, errors: stderr.match(/^error:/gm)?.length }).toEqual({ stdout: "", errors: 1 });
});

test("prints the page of a rule", () => {
  expect(netpol("rules", "NP103").stdout).toContain("inert-direction");
});

test("is a library of another project, with types", () => {
  const script = `
    import { evaluate, reachability } from "netpol-eks";
    import { readInputs, joinInputs, toCluster } from "netpol-eks/inputs";
    import { renderReport } from "netpol-eks/outputs";
    import { workload } from "netpol-eks/testing";
    import type { Report } from "netpol-eks/report";
    const inputs = readInputs([{ file: "a.yaml", text: ${JSON.stringify(manifest())} }]).value;
    const cluster = toCluster(joinInputs(inputs).value.after.objects).value;
    const [web] = cluster.workloads;
    if (web === undefined) throw new Error("no workload");
    const answer: string = reachability(evaluate(cluster)).withAddresses(web, "ingress")[0]?.connections.certain.toString() ?? "";
    const report: Report = { kind: "rules", rules: [] };
    console.log(answer, renderReport(report, "json", { version: "1", color: false }).length > 0, workload("shop", "web").workload);
  `;
  writeFileSync(join(folder, "use.ts"), script);
  const compiled = spawnSync(
    process.execPath,
    [
      join(root, "node_modules", "typescript", "bin", "tsc"),
      "--strict",
      "--skipLibCheck",
      "--module",
      "node16",
      "--target",
      "es2022",
      "--moduleResolution",
      "node16",
      "use.ts",
    ],
    { cwd: folder, encoding: "utf8" },
  );
  // Only the output matters: the folder has no types of Node, so \`console\` is not known.
  expect(compiled.stdout.split("\n").filter((line) => line !== "" && !line.includes("'console'"))).toEqual([]);
  expect(execFileSync(process.execPath, ["use.js"], { cwd: folder, encoding: "utf8" }).trim()).toBe("all true web");
});

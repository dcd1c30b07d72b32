import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { folderWith, removeFolders } from "./folders";
import { netpolWith } from "./netpol";
import { closedShop } from "./shop";

afterAll(removeFolders);

const written = ["netpol.config.yaml", "expectations/example.yaml", ".github/workflows/network-policy.yml", ".pre-commit-config.yaml"];

test("what it writes is read, checked and obeyed at once", async () => {
  const cwd = folderWith({ "manifests/all.yaml": closedShop });
  const { code, stdout } = await netpolWith({ cwd }, "init");
  expect(code).toBe(0);
  expect(stdout.split("\n").slice(0, 4)).toEqual(written.map((file) => `wrote ${file}`));
  const check = await netpolWith({ cwd }, "check");
  expect({ code: check.code, stderr: check.stderr }).toEqual({ code: 0, stderr: "" });
  expect(check.stdout).toMatch(/2 of 2\s+expectations hold/);
  expect((await netpolWith({ cwd }, "check", "--before", "manifests")).code).toBe(0);
});

test("the workflow runs the gate and comments, and its commands take what it gives them", async () => {
  const cwd = folderWith({ "cdktf.json": "{}" });
  await netpolWith({ cwd }, "init");
  const workflow = parse(readFileSync(join(cwd, ".github/workflows/network-policy.yml"), "utf8")) as {
    readonly jobs: { readonly check: { readonly steps: readonly { readonly run?: string }[] } };
  };
  const commands = workflow.jobs.check.steps.flatMap(({ run }) => run ?? []);
  expect(commands).toEqual([
    "npm ci",
    "npx cdktf synth",
    "git fetch --depth 1 origin ${{ github.base_ref }}\ngit worktree add ../base FETCH_HEAD\n(cd ../base && npm ci && npx cdktf synth)\n",
    "npx netpol check $([ -e ../base/cdktf.out ] && echo --before ../base/cdktf.out) -o json=netpol.json -o sarif=netpol.sarif -o github",
    "npx netpol comment github --path netpol.json --pr ${{ github.event.number }} --skip-no-diff",
  ]);
  mkdirSync(join(cwd, "cdktf.out"));
  writeFileSync(join(cwd, "cdktf.out", "all.yaml"), closedShop);
  // The shell's part says where the base branch is; here it is what is there already, so nothing changes.
  const words = (commands[3] ?? "")
    .replace(/\$\(.*\)/, "--before cdktf.out")
    .split(" ")
    .slice(2);
  const gate = await netpolWith({ cwd }, ...words);
  expect({ code: gate.code, stderr: gate.stderr }).toEqual({ code: 0, stderr: "" });
  expect(existsSync(join(cwd, "netpol.sarif"))).toBe(true);
  const comment = (commands[4] ?? "").replace("${{ github.event.number }}", "1").split(" ").slice(2);
  expect((await netpolWith({ cwd }, ...comment, "--dry-run")).code).toBe(0);
});

test("nothing that is there is replaced, unless that is asked for", async () => {
  const cwd = folderWith({ "netpol.config.yaml": "version: 1\n" });
  const refused = await netpolWith({ cwd }, "init");
  expect({ code: refused.code, stderr: refused.stderr }).toEqual({
    code: 2,
    stderr: "error: `netpol.config.yaml` is there already; `--force` replaces\n",
  });
  expect(written.slice(1).filter((file) => existsSync(join(cwd, file)))).toEqual([]);
  expect((await netpolWith({ cwd }, "init", "--force")).code).toBe(0);
  expect(readFileSync(join(cwd, "netpol.config.yaml"), "utf8")).toContain("inputs: [manifests]");
});

test("hooks of others are never replaced: what to add is printed", async () => {
  const cwd = folderWith({ ".pre-commit-config.yaml": "repos: []\n" });
  const { code, stdout } = await netpolWith({ cwd }, "init", "--force");
  expect(code).toBe(0);
  expect(readFileSync(join(cwd, ".pre-commit-config.yaml"), "utf8")).toBe("repos: []\n");
  expect(stdout).toContain("entry: npx --no-install netpol check");
});

test("--dry-run prints every file and writes none", async () => {
  const cwd = folderWith({ "k8s/all.yaml": closedShop });
  const { code, stdout } = await netpolWith({ cwd }, "init", "--dry-run");
  expect(code).toBe(0);
  expect(written.filter((file) => !stdout.includes(`# ${file}\n`) || existsSync(join(cwd, file)))).toEqual([]);
  expect(stdout).toContain("inputs: [k8s]");
});

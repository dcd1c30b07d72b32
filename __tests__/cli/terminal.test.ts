import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Phases } from "../../cli/phases";
import { isCi, useColor } from "../../cli/terminal";
import { folderWith, removeFolders } from "./folders";
import { netpolProcess, netpolWith } from "./netpol";
import { openShop } from "./shop";

afterAll(removeFolders);
afterEach(() => {
  jest.restoreAllMocks();
});

const cwd = (): string => folderWith({ "k8s/all.yaml": openShop });

function withEnvironment<T>(env: Readonly<Record<string, string>>, isTerminal: boolean, ask: () => T): T {
  const before = { env: process.env, isTTY: process.stdout.isTTY };
  try {
    process.env = env;
    process.stdout.isTTY = isTerminal;
    return ask();
  } finally {
    process.env = before.env;
    process.stdout.isTTY = before.isTTY;
  }
}

test.each([
  [{}, true, true],
  [{}, false, false],
  [{ TERM: "dumb" }, true, false],
  [{ NO_COLOR: "1" }, true, false],
  [{ NO_COLOR: "" }, true, true],
  [{ FORCE_COLOR: "1" }, false, true],
  [{ FORCE_COLOR: "0" }, true, false],
  [{ FORCE_COLOR: "1", NO_COLOR: "1" }, false, true],
  [{ CI: "true" }, false, false],
])("with %j, on a terminal: %s, colours are %s", (env, isTerminal, expected) => {
  expect(withEnvironment(env, isTerminal, useColor)).toBe(expected);
});

test.each([
  [{ CI: "true" }, true],
  [{ CI: "1" }, true],
  [{ CI: "false" }, false],
  [{ CI: "" }, false],
  [{}, false],
])("%j is CI: %s", (env, expected) => {
  expect(withEnvironment(env, false, isCi)).toBe(expected);
});

const colored = "\u001b[";

test("--color wins over what the terminal can, and files are never coloured", async () => {
  const folder = cwd();
  const check = async (...args: readonly string[]): Promise<string> => (await netpolWith({ cwd: folder }, "check", "k8s", ...args)).stdout;
  expect(await check("--color", "always")).toContain(colored);
  expect(await check("--color", "auto")).not.toContain(colored);
  await check("--color", "always", "-o", "text=out.txt");
  expect(readFileSync(join(folder, "out.txt"), "utf8")).not.toContain(colored);
});

describe("progress", () => {
  const shown = (isShown: boolean): string => {
    const parts: string[] = [];
    jest.spyOn(process.stderr, "write").mockImplementation((part) => parts.push(String(part)) > 0);
    new Phases(isShown).run("parse", () => undefined);
    return parts.join("");
  };

  test("is shown on a terminal, and cleared", () => {
    expect(shown(true)).toBe("\r\u001b[2Kparse …\r\u001b[2K");
  });

  test("does not stand before the answer", () => {
    const parts: string[] = [];
    jest.spyOn(process.stderr, "write").mockImplementation((part) => parts.push(String(part)) > 0);
    const phases = new Phases(true);
    phases.report(() => parts.push("the answer"));
    expect(parts[0]).toBe("the answer");
    expect(phases.timings.map(({ phase }) => phase)).toEqual(["report", "other"]);
  });

  test("is not shown elsewhere", () => {
    expect(shown(false)).toBe("");
  });

  test.each([
    [[], {}, true],
    [["--quiet"], {}, false],
    [["--ci"], {}, false],
    [[], { CI: "true" }, false],
  ])("on a terminal with %j and %j is shown: %s", async (args, env, expected) => {
    const before = process.stderr.isTTY;
    process.stderr.isTTY = true;
    try {
      const { stderr } = await netpolWith({ cwd: cwd(), env }, "check", "k8s", ...args);
      expect(stderr.includes("evaluate …")).toBe(expected);
    } finally {
      process.stderr.isTTY = before;
    }
  });
});

test("--timings names every phase and their sum on standard error, and puts them into the report", async () => {
  const { stdout, stderr } = await netpolWith({ cwd: cwd() }, "check", "k8s", "--timings", "-o", "json");
  const phases = ["expectations", "read", "parse", "model", "evaluate", "lint", "expect", "report", "other", "total"];
  expect(
    stderr
      .trimEnd()
      .split("\n")
      .map((line) => line.split(" ")[0]),
  ).toEqual(phases);
  expect(stderr).toMatch(/^total +\d+ ms$/m);
  expect((JSON.parse(stdout) as { timings: readonly { phase: string }[] }).timings.map(({ phase }) => phase)).toEqual(
    expect.arrayContaining(["read", "parse", "model", "evaluate", "lint"]),
  );
});

describe("in a job of GitHub Actions", () => {
  const job = {
    CI: "true",
    GITHUB_ACTIONS: "true",
    GITHUB_SERVER_URL: "https://github.com",
    GITHUB_REPOSITORY: "o/r",
    GITHUB_SHA: "abc",
    GITHUB_RUN_ID: "7",
  };

  test("annotations come by themselves where standard output is free, with the report in the job's summary", async () => {
    const folder = cwd();
    const summary = join(folder, "summary.md");
    writeFileSync(summary, "");
    const env = { ...job, GITHUB_STEP_SUMMARY: summary };
    const { stdout } = await netpolWith({ cwd: folder, env }, "check", "k8s", "--only", "NP201", "-o", "json=out.json");
    expect(stdout).toMatch(/^::warning file=k8s\/all\.yaml,line=20/m);
    expect(readFileSync(summary, "utf8")).toContain("https://github.com/o/r/blob/abc/k8s/all.yaml#L20");
    expect((await netpolWith({ cwd: folder, env }, "check", "k8s", "-o", "json")).stdout).toMatch(/^\{/);
  });
});

describe("what is written is there whole or not at all", () => {
  test("a file that cannot be written is one error, and no other is written", async () => {
    const folder = cwd();
    mkdirSync(join(folder, "taken"));
    const { code, stdout, stderr } = await netpolWith(
      { cwd: folder },
      "check",
      "k8s",
      "-o",
      "json=first.json",
      "-o",
      "sarif=k8s/all.yaml/x",
      "-o",
      "text",
    );
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(stderr).toContain("`k8s/all.yaml/x` cannot be written");
    expect(existsSync(join(folder, "first.json"))).toBe(false);
    expect(readdirSync(folder).filter((name) => name.endsWith(".part"))).toEqual([]);
  });

  test("folders are made", async () => {
    const folder = cwd();
    expect((await netpolWith({ cwd: folder }, "check", "k8s", "-o", "json=a/b/c.json")).code).toBe(0);
    expect(readFileSync(join(folder, "a/b/c.json"), "utf8")).toMatch(/\}\n$/);
  });
});

test("whoever stops reading is no error", () => {
  const pods = Array.from({ length: 120 }, (_, n) => openShop.split("---\n")[1]!.replaceAll("web", `web-${String(n)}`)).join("---\n");
  const folder = folderWith({ "all.yaml": pods });
  const main = join(__dirname, "../../cli/main.ts");
  const command = `set -o pipefail; ${process.execPath} --import ${require.resolve("tsx")} ${main} list all.yaml -o csv | head -n 1`;
  const { status, stdout, stderr } = spawnSync("bash", ["-c", command], { cwd: folder, encoding: "utf8" });
  expect({ status, stdout, stderr }).toEqual({ status: 0, stdout: "from,to,certain,possible,because\r\n", stderr: "" });
}, 60_000);

test("a defect of the tool is exit code 2 as well, never a broken gate", () => {
  const folder = folderWith({ "flows.cjs": "module.exports = { expectations: [{ id: 'x', kind: 'allow' }] }", "all.yaml": openShop });
  const { code, stdout, stderr } = netpolProcess(["check", "all.yaml", "-e", "flows.cjs"], { cwd: folder });
  expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
  expect(stderr).toMatch(/^error: /);
}, 60_000);

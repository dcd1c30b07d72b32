/** What README.md shows is what is printed. `UPDATE_GOLDEN=1` writes it again, for a person to read; CI only compares. */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { compileFunction } from "node:vm";
import { transformSync } from "@swc/core";
import { root } from "../architecture/project-files";
import { manifests, netpol } from "./netpol";
import { runScript } from "./run-script";

const path = join(root, "README.md");
const isWriting = process.env.UPDATE_GOLDEN === "1" && !process.env.CI;

/** Where the page says that there are more lines. */
const more = "…";

const textOf = (): string => readFileSync(path, "utf8");
const matches = (pattern: RegExp): readonly string[] => [...textOf().matchAll(pattern)].map(([, found = ""]) => found);

/** Writes the page with a part replaced, or holds the part against what it should be. */
function hold(shown: string, real: string): void {
  if (isWriting)
    writeFileSync(
      path,
      textOf().replace(shown, () => real),
    );
  else expect(shown).toBe(real);
}

const consoles = matches(/^```console\n([\s\S]*?)^```/gm);
/** The words of a command; the page quotes those that a shell would expand. */
const words = (command: string): readonly string[] => command.split(" ").map((word) => word.replaceAll("'", ""));

async function shownAgain(block: string): Promise<string> {
  const parts = block.split(/^(?=\$ netpol )/m);
  const real: string[] = [];
  for (const part of parts) {
    const [first = "", ...lines] = part.split("\n");
    const { stdout, stderr } = await netpol(...words(first.replace("$ netpol ", "")));
    expect(stderr).toBe("");
    const count = lines.indexOf(more);
    const output = count < 0 ? stdout : `${[...stdout.split("\n").slice(0, count), more].join("\n")}\n`;
    real.push(`${first}\n${output}`);
  }
  return real.join("\n");
}

describe("README.md", () => {
  test.each(consoles.map((block) => ({ command: block.split("\n", 1)[0], block })))("$command", async ({ block }) => {
    hold(block, await shownAgain(block));
  });

  test("shows the first flow of each step of what npm start prints", () => {
    const [shown = ""] = matches(/<!-- npm start: begin -->\n\n```text\n([\s\S]*?)```\n\n<!-- npm start: end -->/g);
    const frame = (text: string): string => `<!-- npm start: begin -->\n\n\`\`\`text\n${text}\`\`\``;
    hold(frame(shown), frame(firstFlows(runScript("cli/experiment.ts").stdout)));
  });

  test("takes its times from the page of measurements", () => {
    const rows = readFileSync(join(root, "docs", "performance.md"), "utf8")
      .split("\n")
      .map((line) => line.split("|").map((cell) => cell.trim()))
      // What has a target; the page has the rest.
      .filter(([, , ms = "", target = ""]) => /^[\d.,]+ ms$/.test(ms) && target !== "")
      .map(([, scenario = "", ms = ""]) => `- ${scenario}: ${inSeconds(Number(ms.replaceAll(",", "").replace(" ms", "")))}`);
    expect(rows.length).toBeGreaterThanOrEqual(3);
    const [shown = ""] = matches(/<!-- measured: begin -->\n([\s\S]*?) *<!-- measured: end -->/g);
    const frame = (text: string): string => `<!-- measured: begin -->\n${text}`;
    hold(frame(shown), frame(`\n${rows.join("\n")}\n\n`));
  });

  test("shows commands that end as it says", async () => {
    const [gate = ""] = consoles.filter((block) => block.startsWith("$ netpol check "));
    const { code } = await netpol(...words((gate.split("\n")[0] ?? "").replace("$ netpol ", "")));
    expect(code).toBe(1);
    expect(textOf()).toContain("and ends with exit code 1");
  });

  test.each(matches(/^```ts\n([\s\S]*?)^```/gm).map((code) => ({ code })))("runs as it is printed: $code", ({ code }) => {
    const { printed, tests } = runExample(code);
    expect(printed).toEqual([...code.matchAll(/^console\.log\(.*\); \/\/ (.*)$/gm)].map(([, said]) => said));
    expect(printed.length + tests).toBeGreaterThan(0);
  });

  test("is short", () => {
    expect(textOf().split("\n").length).toBeLessThanOrEqual(280);
  });
});

/** Each step up to the end of its first flow, and the line that counts. */
function firstFlows(printed: string): string {
  const [heading = "", ...steps] = printed.trimEnd().split(/\n\n/);
  const last = steps.pop() ?? "";
  const cut = steps.map((step) => {
    const lines = step.split("\n");
    const second = lines.findIndex((line, n) => line.startsWith("  ✔") && lines.slice(0, n).some((each) => each.startsWith("  ✔")));
    return [...lines.slice(0, second < 0 ? lines.length : second), `  ${more}`].join("\n");
  });
  expect(cut).toHaveLength(3);
  return `${[heading, ...cut, last].join("\n\n")}\n`;
}

const inSeconds = (ms: number): string => (ms < 1000 ? `${ms.toFixed(0)} ms` : `${(ms / 1000).toFixed(1)} s`);

/** Runs an example that imports the package by its name, beside the manifests. */
function runExample(code: string): { readonly printed: readonly string[]; readonly tests: number } {
  const { code: compiled } = transformSync(code, {
    jsc: { parser: { syntax: "typescript" }, target: "es2022" },
    module: { type: "commonjs" },
  });
  const printed: string[] = [];
  let tests = 0;
  const before = process.cwd();
  process.chdir(manifests);
  try {
    const example = compileFunction(compiled, ["require", "exports", "expect", "test", "console"]) as (
      ...given: readonly unknown[]
    ) => void;
    const ranTest = (_name: string, run: () => void): void => {
      run();
      tests += 1;
    };
    example(packaged, {}, expect, ranTest, { log: (line: unknown) => printed.push(String(line)) });
  } finally {
    process.chdir(before);
  }
  return { printed, tests };
}

/** A module of the package by the name that others import it by. */
function packaged(name: string): unknown {
  const { exports } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as {
    readonly exports: Readonly<Record<string, { readonly default?: string }>>;
  };
  const entry = exports[name.replace(/^netpol-eks/, ".")]?.default ?? "";
  return jest.requireActual(join(root, entry.replace("./dist/", "").replace(/\.js$/, "")));
}

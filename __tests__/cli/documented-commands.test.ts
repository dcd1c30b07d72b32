/** What documents, help, hooks and workflows tell people to run, and the command line as it is. */
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { Command, CommanderError } from "commander";
import { parse } from "yaml";
import { configSchema } from "../../cli/config/config-schema";
import { read, root } from "../architecture/project-files";
import { documentedCommands } from "./documented-commands";
import { runScript } from "./run-script";

const always = ["README.md", "CONTRIBUTING.md", "docs/ci.md", ".pre-commit-hooks.yaml", ".github/workflows/network-policy.yml"];
const others = ["docs/cli.md", "docs/rules.md", "docs/stacks.md", "docs/semantics.md", "docs/vpc-cni.md"];
const documents = [...always, ...others.filter((path) => existsSync(join(root, path)))];
const textOf = (path: string): string => read(path).text;

const shown = documents.flatMap((path) => documentedCommands(path, textOf(path)).map((each) => ({ path, ...each })));

/** Every command, and each of its own, with what would end the process thrown instead. */
function program(): Command {
  const netpol = new Command("netpol");
  const folder = join(root, "cli", "commands");
  for (const file of readdirSync(folder)) {
    const module = jest.requireActual<Readonly<Record<string, unknown>>>(join(folder, file));
    for (const [name, add] of Object.entries(module)) if (/^add[A-Z]/.test(name)) (add as (program: Command) => void)(netpol);
  }
  return prepared(netpol);
}

function prepared(command: Command): Command {
  command.exitOverride().configureOutput({ writeErr: () => undefined, writeOut: () => undefined });
  command.commands.forEach(prepared);
  return command;
}

/** What is wrong with a command line: an option or a command there is not, a value that may not be, a word too many or too few. */
function faultOf(words: readonly string[], from: Command = program()): string | undefined {
  const [first = "", ...rest] = words;
  const inner = from.commands.find((each) => each.name() === first);
  if (inner !== undefined) return faultOf(rest, inner);
  if (from.commands.length > 0 && !first.startsWith("-")) return `there is no command \`${first}\``;
  try {
    const { operands, unknown } = from.parseOptions([...words]);
    if (unknown.some((each) => each !== "--help")) return `there is no option \`${unknown.join(" ")}\``;
    return unknown.length > 0 ? undefined : faultOfWords(from, operands);
  } catch (error) {
    if (error instanceof CommanderError) return error.message;
    throw error;
  }
}

function faultOfWords({ registeredArguments: known, options, ...command }: Command, operands: readonly string[]): string | undefined {
  const required = known.filter((each) => each.required).length;
  const isVariadic = known.some((each) => each.variadic);
  if (operands.length < required || (operands.length > known.length && !isVariadic))
    return `\`${operands.join(" ")}\` are not its arguments`;
  const missing = options.filter(
    (each) => each.mandatory && Command.prototype.getOptionValue.call(command, each.attributeName()) === undefined,
  );
  return missing.length > 0 ? `${missing.map(({ long }) => long ?? "").join(", ")} is missing` : undefined;
}

describe("commands in documents", () => {
  test("are found in code blocks, in code spans, behind a pipe, over two lines and in workflows", () => {
    const page = [
      "Say `netpol rules NP103`, not netpol alone.",
      "```sh",
      "a | npx netpol check - \\",
      '  --before "old one" && netpol diff x',
      "# netpol nonsense",
      "```",
      "```console",
      "$ netpol list x > y",
      "netpol says this",
      "```",
    ].join("\n");
    expect(documentedCommands("a.md", page).map(({ words }) => words)).toEqual([
      ["check", "-", "--before", "old one"],
      ["diff", "x"],
      ["list", "x"],
      ["rules", "NP103"],
    ]);
    const workflow = "run: npx tsx cli/main.ts check ${{ a | b }}/c --pr=1\nrun: sh -c 'x && netpol rules'\n- id: netpol # a name";
    expect(documentedCommands("a.yml", workflow).map(({ words }) => words)).toEqual([["check", "${{ a | b }}/c", "--pr=1"], ["rules"]]);
  });

  test("that nobody could run are noticed", () => {
    expect(faultOf(["chek", "x"])).toContain("no command `chek`");
    expect(faultOf(["check", "x", "--strict"])).toContain("no option `--strict`");
    expect(faultOf(["check", "x", "--fail-on-change", "all"])).toContain("all");
    expect(faultOf(["explain", "a"])).toContain("not its arguments");
    expect(faultOf(["suggest", "a", "b"])).toContain("not its arguments");
    expect(faultOf(["comment", "github", "--pr", "1"])).toContain("--path is missing");
    expect(faultOf(["check", "a", "b", "-o", "json=x"])).toBeUndefined();
  });

  test("are there: every document shows some", () => {
    for (const path of ["README.md", "docs/ci.md", ".pre-commit-hooks.yaml", ".github/workflows/network-policy.yml"]) {
      expect({ path, count: shown.filter((each) => each.path === path).length }).not.toEqual({ path, count: 0 });
    }
  });

  test.each(shown)("$path: $line", ({ words }) => {
    expect(faultOf(words)).toBeUndefined();
  });

  test("are all commands of the one program", () => {
    const { stdout } = runScript("cli/main.ts", ["--help"]);
    for (const name of program().commands.map((each) => each.name())) expect(stdout).toMatch(new RegExp(`^  ${name} `, "m"));
  });
});

describe("docs/ci.md", () => {
  const blocks = [...textOf("docs/ci.md").matchAll(/^```yaml\n([\s\S]*?)^```/gm)].map(([, code = ""]) => code);

  test("shows the workflow of this project, as one that installs the package would write it", () => {
    const { text } = read(".github/workflows/network-policy.yml");
    const workflow = text.replaceAll("npx tsx cli/main.ts", "npx netpol").replace(/^#.*\n/gm, "");
    expect(blocks.find((each) => each.startsWith("name: network-policy"))).toBe(workflow);
  });

  test("shows YAML that can be read, and a configuration that holds", () => {
    const values = blocks.map((each) => parse(each) as Readonly<Record<string, unknown>>);
    const configurations = values.filter((each) => "failOnChange" in each);
    expect(configurations).toHaveLength(1);
    for (const each of configurations) expect(configSchema.safeParse(each).error).toBeUndefined();
  });

  test("names only hooks that are offered", () => {
    const offered = (parse(textOf(".pre-commit-hooks.yaml")) as readonly { readonly id: string }[]).map(({ id }) => id);
    const used = blocks.flatMap((each) => [...each.matchAll(/- id: (\S+)/g)].map(([, id]) => id));
    expect(used).toEqual(expect.arrayContaining(offered));
    expect(offered).toEqual(expect.arrayContaining([...new Set(used)].filter((id) => id !== "answer")));
  });
});

describe("CONTRIBUTING.md", () => {
  const spans = [...textOf("CONTRIBUTING.md").matchAll(/`([^`\n]+)`/g)].map(([, code = ""]) => code);

  test("names files and folders that are there", () => {
    const paths = spans.filter((each) => /^(?:[\w.-]+\/)+[\w.-]*$|^[\w-]+\.(?:md|ts|json)$/.test(each));
    expect(paths.length).toBeGreaterThan(15);
    expect(paths.filter((each) => !existsSync(join(root, each)))).toEqual([]);
  });

  test("names folders for new files that hold such files", () => {
    const folders = spans.flatMap((each) => /^((?:[\w.-]+\/)+)(?:<[a-z]+>\/)?<[a-z]+>/.exec(each)?.[1] ?? []);
    expect(folders.length).toBeGreaterThan(10);
    expect(folders.filter((each) => !existsSync(join(root, each)))).toEqual([]);
  });

  test("names scripts that are there", () => {
    const { scripts } = JSON.parse(textOf("package.json")) as { readonly scripts: Readonly<Record<string, string>> };
    const named = spans.flatMap((each) => /npm run ([\w-]+)/.exec(each)?.[1] ?? []);
    expect(named).toEqual(expect.arrayContaining(["verify", "rules-doc", "schema"]));
    expect(named.filter((each) => !(each in scripts))).toEqual([]);
  });
});

describe("workflows", () => {
  const folder = join(root, ".github", "workflows");
  const names = readdirSync(folder);
  interface Job {
    readonly permissions?: Readonly<Record<string, string>>;
    readonly "timeout-minutes"?: number;
    readonly steps: readonly { readonly uses?: string; readonly run?: string; readonly with?: Readonly<Record<string, unknown>> }[];
  }
  interface Workflow {
    readonly on: Readonly<Record<string, unknown>>;
    readonly permissions?: Readonly<Record<string, string>>;
    readonly jobs: Readonly<Record<string, Job>>;
  }
  const workflow = (name: string): Workflow => parse(textOf(`.github/workflows/${name}`)) as Workflow;

  test.each(names)("%s may only read, ends in time, and names the version of each action", (name) => {
    const { on, permissions, jobs } = workflow(name);
    expect(permissions).toEqual({ contents: "read" });
    expect(Object.keys(on)).not.toContain("pull_request_target");
    for (const job of Object.values(jobs)) {
      expect(job["timeout-minutes"]).toBeGreaterThan(0);
      for (const { uses } of job.steps) if (uses !== undefined) expect(uses).toMatch(/^[\w-]+\/[\w/-]+@v\d+$/);
    }
  });

  test("the job that takes a role may not write, and the jobs that may write take none", () => {
    const { jobs } = workflow("network-policy.yml");
    expect(jobs.gate?.permissions).toBeUndefined();
    expect(jobs.plan?.permissions).toEqual({ contents: "read", "id-token": "write" });
    expect(jobs.report?.permissions).toEqual({ contents: "read", "pull-requests": "write", "security-events": "write" });
  });

  test("no artifact holds a plan", () => {
    const { jobs } = workflow("network-policy.yml");
    const uploads = Object.values(jobs).flatMap(({ steps }) => steps.filter(({ uses = "" }) => uses.includes("upload-artifact")));
    expect(uploads.map((each) => each.with?.path)).toEqual(["netpol.json\nnetpol.sarif\n", "netpol.json\nnetpol.sarif\n"]);
  });

  test("the gate of the workflow on changes runs what people run", () => {
    expect(workflow("ci.yml").jobs.verify?.steps.map(({ run }) => run)).toContain("bash .ci/run");
  });
});

import { spawnSync } from "node:child_process";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import type { Command } from "commander";

/** What a run of `netpol` printed, and how it ended. */
export interface NetpolResult {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** How a run differs from an ordinary one. */
export interface NetpolOptions {
  /** The working folder. @default __tests__/fixtures/manifests */
  readonly cwd?: string;
  /** Variables set on top of an environment without colours, CI and NETPOL_*. */
  readonly env?: Readonly<Record<string, string>>;
}

const root = join(__dirname, "..", "..");

/** Folders of manifests: `step-1`, `step-2` and `step-3` of the experiment, and `shop`. */
export const manifests = join(__dirname, "..", "fixtures", "manifests");

/** Variables of whoever runs the tests that would change an answer. */
const isForeign = (name: string): boolean => /^(?:CI|FORCE_COLOR|NETPOL_.*|GITHUB_.*|TF_VAR_.*)$/.test(name);

const environment = (env: NodeJS.ProcessEnv = {}): NodeJS.ProcessEnv => ({
  ...Object.fromEntries(Object.entries(process.env).filter(([name]) => !isForeign(name))),
  NO_COLOR: "1",
  ...env,
});

/**
 * Runs the command line within this process, which takes milliseconds: `await netpol("list", "step-3")`. Every command there is takes part.
 * Runs must not overlap.
 */
export const netpol = (...args: readonly string[]): Promise<NetpolResult> => netpolWith({}, ...args);

/** Like `netpol`, in another folder or environment. */
export async function netpolWith({ cwd = manifests, env }: NetpolOptions, ...args: readonly string[]): Promise<NetpolResult> {
  const before = { argv: process.argv, env: process.env, cwd: process.cwd(), exitCode: process.exitCode };
  const stdout = captured(process.stdout);
  const stderr = captured(process.stderr);
  try {
    process.argv = [process.execPath, "netpol", ...args];
    process.env = environment(env);
    process.exitCode = undefined;
    process.chdir(cwd);
    const { parse } = await import("../../cli/terminal");
    await parse(await program(args[0] ?? ""));
    return { code: exitCode(), stdout: stdout.text(), stderr: stderr.text() };
  } finally {
    process.chdir(before.cwd);
    Object.assign(process, { argv: before.argv, env: before.env, exitCode: before.exitCode });
    stdout.restore();
    stderr.restore();
  }
}

/** What the run set it to; the types know nothing but what was assigned here. */
const exitCode = (): number => Number(process.exitCode ?? 0);

/** Runs the command line as people do, in a process of its own: for standard input, and for what only a process shows. */
export function netpolProcess(
  args: readonly string[],
  { cwd = manifests, env, input }: NetpolOptions & { readonly input?: string } = {},
): NetpolResult {
  const command = ["--import", require.resolve("tsx"), join(root, "cli", "main.ts"), ...args];
  const { status, stdout, stderr } = spawnSync(process.execPath, command, {
    cwd,
    encoding: "utf8",
    env: environment(env),
    maxBuffer: 2 ** 30,
    ...(input === undefined ? {} : { input }),
  });
  return { code: status ?? -1, stdout, stderr };
}

/**
 * The program with the command that is run, or with every one where it is none. It is loaded late: whether to colour is decided when a module
 * is loaded.
 */
async function program(name: string): Promise<Command> {
  const { Command: Program } = await import("commander");
  const netpol = new Program("netpol").showHelpAfterError("(see --help)");
  const folder = join(root, "cli", "commands");
  const files = readdirSync(folder).toSorted();
  for (const file of files.includes(`${name}.ts`) ? [`${name}.ts`] : files) {
    const module = (await import(join(folder, file))) as Readonly<Record<string, unknown>>;
    for (const [each, add] of Object.entries(module)) if (/^add[A-Z]/.test(each)) (add as (program: Command) => void)(netpol);
  }
  return netpol;
}

/** Collects what is written to a stream instead of writing it. */
function captured(stream: NodeJS.WriteStream): { readonly text: () => string; readonly restore: () => void } {
  const parts: string[] = [];
  const write = jest.spyOn(stream, "write").mockImplementation((part) => {
    parts.push(typeof part === "string" ? part : Buffer.from(part).toString("utf8"));
    return true;
  });
  return {
    text: () => parts.join(""),
    restore: () => {
      write.mockRestore();
    },
  };
}

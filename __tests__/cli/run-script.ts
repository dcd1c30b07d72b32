import { spawnSync } from "node:child_process";
import { join } from "node:path";

const root = join(__dirname, "..", "..");

/** What a script of the project printed, and how it ended. */
export interface ScriptResult {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a TypeScript file of the project as its npm scripts do, without colours. */
export function runScript(file: string, args: readonly string[] = [], environment: Readonly<Record<string, string>> = {}): ScriptResult {
  const { status, stdout, stderr } = spawnSync(process.execPath, ["--import", "tsx", file, ...args], {
    cwd: root,
    encoding: "utf8",
    env: { ...process.env, NO_COLOR: "1", FORCE_COLOR: "", ...environment },
  });
  return { code: status, stdout, stderr };
}

import { spawn } from "node:child_process";
import { join } from "node:path";
import type { Copy } from "./copy";

/** A part of the suite that failed. */
export interface Notice {
  readonly by: string;
  readonly output: string;
}

interface Part {
  readonly name: string;
  readonly command: readonly string[];
}

const jest = (...paths: readonly string[]): readonly string[] => [
  join("node_modules", "jest", "bin", "jest.js"),
  "--runInBand",
  "--bail",
  ...paths.map((path) => `__tests__/${path}`),
];

/** Cheapest first; the first that fails is enough. */
const parts: readonly Part[] = [
  { name: "the conformance cases", command: ["--import", "tsx", join("__tests__", "conformance", "run.ts")] },
  { name: "the decisions and the laws", command: jest("engine/semantics", "engine/peer-defects", "engine/unknown-labels", "laws/") },
  { name: "agreement with the reference", command: jest("engine/agreement", "engine/soundness", "engine/all-pairs") },
];

/** Longer than any part takes on a loaded machine: a fault may make a loop endless. */
const patience = 900_000;

/** Runs the parts until one fails; undefined when none does. */
export async function notice(copy: Copy): Promise<Notice | undefined> {
  for (const { name, command } of parts) {
    const { code, output } = await run(command, copy.directory);
    if (code === undefined) return { by: `${name}, which did not end`, output };
    if (code !== 0) return { by: name, output };
  }
  return undefined;
}

/** How a command ended; without a code it was stopped after waiting for it in vain. */
interface Ended {
  readonly code?: number;
  readonly output: string;
}

/** The seed is fixed, so that a result can be repeated. */
const environment = { ...process.env, FC_SEED: "20230831", CI: "true", NO_COLOR: "1" };

function run(command: readonly string[], directory: string): Promise<Ended> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, command, { cwd: directory, env: environment, timeout: patience });
    const output: string[] = [];
    const keep = (chunk: Buffer): void => {
      output.push(chunk.toString("utf8"));
    };
    child.stdout.on("data", keep);
    child.stderr.on("data", keep);
    child.on("error", reject);
    child.on("close", (code, signal) => {
      // Ended from outside, it has noticed nothing.
      if (code === null && !child.killed) reject(new Error(`a run was ended by ${String(signal)}; start again`));
      resolve({ ...(code === null ? {} : { code }), output: output.join("") });
    });
  });
}

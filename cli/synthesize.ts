import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Step } from "../policies";
import { Failure } from "./failure";

const root = join(__dirname, "..");

/**
 * Synthesizes steps of the experiment side by side, each into the folder that belongs to it. It comes back when all of them have ended, also when
 * one fails, so that nobody who clears the folders away then finds another one still writing.
 */
export async function synthesizeSteps(folders: ReadonlyMap<Step, string>): Promise<void> {
  const ends = await Promise.allSettled([...folders].map(([step, folder]) => synthesize(step, folder)));
  for (const end of ends) if (end.status === "rejected") throw end.reason;
}

/** Runs the CDKTF program as `cdktf synth` does, for one step of the experiment, into a folder of its own. */
async function synthesize(step: Step, folder: string): Promise<void> {
  const environment = { ...process.env, CDKTF_OUTDIR: folder, CDKTF_CONTEXT_JSON: context(), NETPOL_EKS_STEP: String(step) };
  const child = spawn(process.execPath, ["--import", "tsx", "main.ts"], {
    cwd: root,
    env: environment,
    stdio: ["ignore", "ignore", "pipe"],
  });
  const errors: Buffer[] = [];
  child.stderr.on("data", (chunk: Buffer) => errors.push(chunk));
  const code = await new Promise<number | null>((resolve, reject) => {
    child.on("error", reject);
    child.on("close", resolve);
  });
  if (code === 0) return;
  const text = Buffer.concat(errors).toString("utf8").trim();
  throw new Failure(text === "" ? `synthesizing step ${String(step)} ended with code ${String(code)} and no word` : text);
}

/** The context of cdktf.json, which the cdktf command line hands over in this way. */
function context(): string {
  const configuration = JSON.parse(readFileSync(join(root, "cdktf.json"), "utf8")) as { readonly context?: unknown };
  return JSON.stringify(configuration.context ?? {});
}

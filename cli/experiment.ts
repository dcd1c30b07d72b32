import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Command } from "commander";
import { outcomeOf } from "../engine/report";
import { renderText } from "../outputs/text";
import { type Step, steps } from "../policies";
import { exitCodeOf } from "./exit-code";
import { loadCdktfOut } from "./load-cluster";
import { reportStep } from "./report-step";
import { synthWarnings } from "./sources";
import { synthesizeSteps } from "./synthesize";
import { parse, run, useColor } from "./terminal";

const program = new Command("npm start")
  .description("Synthesizes the stacks for each step of the experiment, reads the JSON back, and proves what must and must not flow.")
  .addHelpText("after", "\nExit codes: 0 everything is as it must be, 1 it is not, 2 could not run, 3 undecided\n\nExample:\n  $ npm start")
  .action(async () => {
    await run(main);
  });

/** Synthesizes every step of the experiment, reads the JSON back, and shows what the engine says of it beside what must be seen. */
async function main(): Promise<number> {
  const folder = mkdtempSync(join(tmpdir(), "netpol-"));
  try {
    process.stderr.write("synthesizing three steps of the experiment …\n");
    await synthesizeSteps(new Map(steps.map((step) => [step, folderOf(folder, step)])));
    for (const warning of synthWarnings(folderOf(folder, 1))) process.stderr.write(`warning: ${warning}\n`);
    const reports = steps.map((step) => reportStep(loadCdktfOut(folderOf(folder, step)).cluster, step));
    process.stdout.write(renderText("Who reaches whom, as the synthesized Terraform JSON says", reports, { color: useColor() }));
    return exitCodeOf(outcomeOf(reports));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const folderOf = (folder: string, step: Step): string => join(folder, `step-${String(step)}`);

void parse(program);

import { Command } from "commander";
import { check } from "./commands/check";
import { parse, run } from "./terminal";

/** The `netpol` command line. */
function program(): Command {
  const netpol = new Command("netpol").description("Says exactly who reaches whom under NetworkPolicies, and why.");
  netpol
    .command("check")
    .description("hold the expectations of policies/ against the synthesized stacks; the gate of a pull request")
    .argument("<folder>", "the cdktf.out folder that `cdktf synth` wrote")
    .option("--step <step>", "step of the experiment the folder was synthesized for: 1, 2 or 3", process.env.NETPOL_EKS_STEP ?? "3")
    .addHelpText(
      "after",
      "\nExit codes: 0 passed, 1 an expectation fails, 2 could not run, 3 undecided\n\nExamples:\n  $ npx cdktf synth && npm run gate\n  $ NETPOL_EKS_STEP=2 npx cdktf synth && npm run gate -- --step 2",
    )
    .action(async (folder: string, { step }: { readonly step: string }) => {
      await run(() => check(folder, step));
    });
  return netpol;
}

void parse(program());

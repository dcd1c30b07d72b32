import { existsSync } from "node:fs";
import { type Command, Option } from "commander";
import { exitCodes } from "../exit-code";
import { Failure } from "../failure";
import { initialFiles, preCommitSnippet } from "../init/templates";
import { run } from "../terminal";
import { writeFiles } from "../write-files";

interface InitOptions {
  readonly force?: true;
  readonly dryRun?: true;
}

/** `netpol init`: the files of a gate. */
export function addInit(program: Command): void {
  program
    .command("init")
    .summary("configuration, first expectations, and the files that run the gate")
    .description(
      "Writes a configuration, an example of expectations, a workflow for GitHub Actions and hooks for pre-commit into this folder.",
    )
    .addOption(new Option("--force", "replace files that are there"))
    .addOption(new Option("--dry-run", "print the files and write nothing"))
    .addHelpText("after", examples)
    .action(async (options: InitOptions) => {
      await run(() => init(options));
    });
}

const examples = `
Examples:
  $ netpol init --dry-run
  $ netpol init && netpol check`;

/** Folders that inputs are usually in, first what says most. */
const usualInputs = ["cdktf.out", "manifests", "k8s", "kubernetes", "deploy"];

function init({ force, dryRun }: InitOptions): number {
  const input = existsSync("cdktf.json") ? "cdktf.out" : (usualInputs.find((each) => existsSync(each)) ?? "manifests");
  const files = initialFiles(input);
  if (dryRun === true) {
    for (const { file, text } of files) process.stdout.write(`# ${file}\n${text}\n`);
    return exitCodes.passed;
  }
  const there = files.map(({ file }) => file).filter((file) => existsSync(file) && file !== preCommitFile);
  if (there.length > 0 && force !== true)
    throw new Failure(
      `${there.map((file) => `\`${file}\``).join(", ")} ${there.length === 1 ? "is" : "are"} there already; \`--force\` replaces`,
    );
  // Hooks of others are never replaced: theirs is a list to add to.
  const keepsHooks = existsSync(preCommitFile);
  const written = files.filter(({ file }) => file !== preCommitFile || !keepsHooks);
  writeFiles(written);
  for (const { file } of written) process.stdout.write(`wrote ${file}\n`);
  if (keepsHooks) process.stdout.write(`${preCommitFile} is there; add to its \`repos\`:\n\n${preCommitSnippet}`);
  process.stdout.write(`next: correct \`inputs\` and the expectations, then run \`netpol check\`\n`);
  return exitCodes.passed;
}

const preCommitFile = ".pre-commit-config.yaml";

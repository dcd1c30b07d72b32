import { Argument, type Command } from "commander";
import { completionScript, shells } from "../completion/scripts";
import { exitCodes } from "../exit-code";
import { run } from "../terminal";

/** `netpol completion`: what a shell needs to complete the command line. */
export function addCompletion(program: Command): void {
  program
    .command("completion")
    .summary("a script that completes the command line in a shell")
    .description("Prints a script for a shell, made from the commands and options there are.")
    .addArgument(new Argument("<shell>", "the shell").choices(shells))
    .addHelpText("after", examples)
    .action(async (shell: (typeof shells)[number]) => {
      await run(() => {
        process.stdout.write(completionScript(shell, program));
        return exitCodes.passed;
      });
    });
}

const examples = `
Examples:
  $ source <(netpol completion bash)
  $ netpol completion zsh > "\${fpath[1]}/_netpol"
  $ netpol completion fish > ~/.config/fish/completions/netpol.fish`;

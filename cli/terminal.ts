import { type Command, CommanderError } from "commander";
import { isColorSupported } from "picocolors";
import { exitCodes } from "./exit-code";
import { Failure } from "./failure";

/** Whether to colour standard output: on a terminal, unless NO_COLOR is set; FORCE_COLOR wins. */
export const useColor = (): boolean => isColorSupported;

/** Runs a command and sets the exit code; a Failure is printed as one error, anything else is a defect and shows its stack. */
export async function run(command: () => number | Promise<number>): Promise<void> {
  try {
    process.exitCode = await command();
  } catch (error) {
    process.exitCode = exitCodes.cannotRun;
    if (!(error instanceof Failure)) throw error;
    process.stderr.write(`${error.message.startsWith("error:") ? "" : "error: "}${error.message}\n`);
  }
}

/** Parses the command line. Bad usage is exit code 2, so that a typing error is never taken for a broken policy. */
export async function parse(program: Command): Promise<void> {
  for (const command of [program, ...program.commands]) command.exitOverride();
  try {
    await program.parseAsync();
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    process.exitCode = error.exitCode === 0 ? 0 : exitCodes.cannotRun;
  }
}

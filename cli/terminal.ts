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

import { existsSync } from "node:fs";
import { type Command, CommanderError } from "commander";
import { exitCodes } from "./exit-code";
import { Failure } from "./failure";

/** Whether a variable of the environment says yes: set, and neither empty, `0` nor `false`. */
const saysYes = (name: string): boolean => !["", "0", "false"].includes(process.env[name] ?? "");

/** Whether this runs in continuous integration, as its services say through `CI`. */
export const isCi = (): boolean => saysYes("CI");

/** Whether to colour standard output: FORCE_COLOR decides where it is set, then NO_COLOR, then whether it is a terminal that can. */
export function useColor(): boolean {
  const { FORCE_COLOR: forced = "", NO_COLOR: none = "", TERM: terminal } = process.env;
  if (forced !== "") return saysYes("FORCE_COLOR");
  return none === "" && process.stdout.isTTY && terminal !== "dumb";
}

/** Runs a command and sets the exit code. A Failure is printed as one error; anything else is a defect and shows where it is. */
export async function run(command: () => number | Promise<number>): Promise<void> {
  try {
    process.exitCode = await command();
  } catch (error) {
    process.exitCode = exitCodes.cannotRun;
    process.stderr.write(error instanceof Failure ? failureText(error) : defectText(error));
  }
}

const failureText = ({ message }: Failure): string => `${message.startsWith("error:") ? "" : "error: "}${message}\n`;

const defectText = (error: unknown): string =>
  `error: this is a defect of netpol; please report it with the input and what follows\n${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`;

/** Parses the command line. Bad usage is exit code 2, so that a typing error is never taken for a broken policy. */
export async function parse(program: Command): Promise<void> {
  overrideExit(program);
  try {
    await program.parseAsync();
  } catch (error) {
    if (error instanceof CommanderError) {
      process.exitCode = error.exitCode === 0 ? 0 : exitCodes.cannotRun;
      if (error.code === "commander.unknownCommand") suggestCommand(program.args[0]);
    } else
      await run(() => {
        throw error;
      });
  }
}

/** Somebody who gives an input alone wants to know what is wrong with it. */
function suggestCommand(word: string | undefined): void {
  if (word === undefined || !existsSync(word)) return;
  process.stderr.write(`\`${word}\` is a path; a command comes before it, such as \`netpol check ${word}\`\n`);
}

function overrideExit(command: Command): void {
  command.exitOverride();
  command.commands.forEach(overrideExit);
}

/** Whoever reads the answer may stop early (`netpol list | head`): that is no error, and the exit code stays what it is. */
export function allowClosedPipe(): void {
  for (const stream of [process.stdout, process.stderr]) {
    stream.on("error", ({ code }: NodeJS.ErrnoException) => {
      if (code !== "EPIPE") process.exitCode = exitCodes.cannotRun;
    });
  }
}

import type { Command, Option } from "commander";

/** One command, as completion sees it. */
export interface CompletedCommand {
  /** Names behind `netpol`: `check`, `baseline create`; empty for `netpol` itself. */
  readonly path: string;
  readonly summary: string;
  readonly subcommands: readonly { readonly name: string; readonly summary: string }[];
  readonly options: readonly CompletedOption[];
  /** What its first argument can be, where that is a fixed list. */
  readonly argumentChoices: readonly string[];
}

/** One option, as completion sees it. */
export interface CompletedOption {
  readonly short?: string;
  readonly long: string;
  readonly description: string;
  readonly takesValue: boolean;
  readonly choices: readonly string[];
}

/** Every command below a program, itself first. */
export function completedCommands(command: Command, path: readonly string[] = []): readonly CompletedCommand[] {
  const [argument] = command.registeredArguments;
  const own: CompletedCommand = {
    path: path.join(" "),
    summary: firstSentence(command.summary() === "" ? command.description() : command.summary()),
    subcommands: command.commands.map((each) => ({
      name: each.name(),
      summary: firstSentence(each.summary() === "" ? each.description() : each.summary()),
    })),
    options: command.createHelp().visibleOptions(command).flatMap(completedOption),
    argumentChoices: argument?.argChoices ?? [],
  };
  return [own, ...command.commands.flatMap((each) => completedCommands(each, [...path, each.name()]))];
}

function completedOption({ short, long, description, required, optional, argChoices }: Option): readonly CompletedOption[] {
  if (long === undefined) return [];
  return [
    {
      ...(short === undefined ? {} : { short }),
      long,
      description: firstSentence(description),
      takesValue: required || optional,
      choices: argChoices ?? [],
    },
  ];
}

/** What fits beside a name in a list. */
const firstSentence = (text: string): string => text.split(/\n|\. (?=[A-Z])/, 1)[0]?.replace(/\.$/, "") ?? "";

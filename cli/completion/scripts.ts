import type { Command } from "commander";
import { type CompletedCommand, completedCommands, type CompletedOption } from "./words";

/** Shells there is a script for. */
export const shells = ["bash", "zsh", "fish"] as const;

/** The script that completes a program in a shell. */
export function completionScript(shell: (typeof shells)[number], program: Command): string {
  const commands = completedCommands(program);
  return { bash, zsh, fish }[shell](commands);
}

/** Text in single quotes, for any of the three shells. */
const quoted = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`;

const spellings = ({ short, long }: CompletedOption): readonly string[] => [...(short === undefined ? [] : [short]), long];
const wordsOf = ({ subcommands, options, argumentChoices }: CompletedCommand): string =>
  [...subcommands.map(({ name }) => name), ...argumentChoices, ...options.flatMap(spellings)].join(" ");

/** The command is found by the words before the cursor; files are completed where nothing else fits. */
function bash(commands: readonly CompletedCommand[]): string {
  const words = commands.map((each) => `    ${quoted(each.path)}) words=${quoted(wordsOf(each))} ;;`);
  const values = commands.flatMap(({ path, options }) =>
    options
      .filter(({ takesValue }) => takesValue)
      .map((option) => {
        const cases = spellings(option)
          .map((name) => quoted(`${path} ${name}`))
          .join("|");
        return `    ${cases}) COMPREPLY=($(compgen ${option.choices.length === 0 ? "-f" : `-W ${quoted(option.choices.join(" "))}`} -- "$cur")); return ;;`;
      }),
  );
  const paths = commands.map(({ path }) => quoted(path)).join("|");
  return `# bash completion of netpol: source <(netpol completion bash)
_netpol() {
  local cur="\${COMP_WORDS[COMP_CWORD]}" prev="\${COMP_WORDS[COMP_CWORD-1]}" path="" words="" word next
  for word in "\${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    next="\${path:+$path }$word"
    case "$next" in
      ${paths}) path="$next" ;;
    esac
  done
  case "$path $prev" in
${values.join("\n")}
  esac
  case "$path" in
${words.join("\n")}
  esac
  COMPREPLY=($(compgen -W "$words" -- "$cur"))
  if [[ \${#COMPREPLY[@]} -eq 0 ]]; then COMPREPLY=($(compgen -f -- "$cur")); fi
}
complete -o filenames -F _netpol netpol
`;
}

const described = (name: string, text: string): string => quoted(`${name.replaceAll(":", "\\:")}:${text}`);

const zshWords = ({ subcommands, options, argumentChoices }: CompletedCommand): string =>
  [
    ...subcommands.map(({ name, summary }) => described(name, summary)),
    ...argumentChoices.map((choice) => described(choice, "")),
    ...options.flatMap((option) => spellings(option).map((name) => described(name, option.description))),
  ].join(" ");

const zshValues = ({ path, options }: CompletedCommand): readonly string[] =>
  options
    .filter(({ takesValue }) => takesValue)
    .map((option) => {
      const names = spellings(option).map((name) => quoted(`${path} ${name}`));
      return `    ${names.join("|")}) ${option.choices.length === 0 ? "_files" : `compadd -- ${option.choices.map(quoted).join(" ")}`}; return ;;`;
    });

function zsh(commands: readonly CompletedCommand[]): string {
  const cases = commands.map((each) => `    ${quoted(each.path)}) words_=(${zshWords(each)}) ;;`);
  const values = commands.flatMap(zshValues);
  return `#compdef netpol
_netpol() {
  local path_="" next word
  local -a words_
  for word in "\${(@)words[2,CURRENT-1]}"; do
    next="\${path_:+$path_ }$word"
    case "$next" in
      ${commands.map(({ path }) => quoted(path)).join("|")}) path_="$next" ;;
    esac
  done
  case "$path_ \${words[CURRENT-1]}" in
${values.join("\n")}
  esac
  case "$path_" in
${cases.join("\n")}
  esac
  _describe netpol words_
  _files
}
if [[ "$funcstack[1]" = "_netpol" ]]; then _netpol "$@"; else compdef _netpol netpol; fi
`;
}

function fish(commands: readonly CompletedCommand[]): string {
  const lines = commands.flatMap(({ path, subcommands, options, argumentChoices }) => {
    const names = path === "" ? [] : path.split(" ");
    const seen = names.map((name) => `__fish_seen_subcommand_from ${name}`);
    const isHere =
      names.length === 0
        ? "__fish_use_subcommand"
        : [...seen, ...subcommands.map(({ name }) => `not __fish_seen_subcommand_from ${name}`)].join("; and ");
    const head = `complete -c netpol -n ${quoted(isHere)}`;
    return [
      ...subcommands.map(({ name, summary }) => `${head} -f -a ${quoted(name)} -d ${quoted(summary)}`),
      ...argumentChoices.map((choice) => `${head} -f -a ${quoted(choice)}`),
      ...options.map((option) => `${head} ${fishOption(option)}`),
    ];
  });
  return `# fish completion of netpol: netpol completion fish > ~/.config/fish/completions/netpol.fish\n${lines.join("\n")}\n`;
}

function fishOption({ short, long, description, takesValue, choices }: CompletedOption): string {
  const name = `${short === undefined ? "" : `-s ${short.slice(1)} `}-l ${long.slice(2)}`;
  const value = choices.length > 0 ? ` -x -a ${quoted(choices.join(" "))}` : takesValue ? " -r" : "";
  return `${name}${value} -d ${quoted(description)}`;
}

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

/** Names of subcommands, or what the first argument can be: where there are any, a file makes no sense. */
const fixedWords = ({ subcommands, argumentChoices }: CompletedCommand): readonly string[] => [
  ...subcommands.map(({ name }) => name),
  ...argumentChoices,
];

/** The patterns of a shell's `case` for the options of commands that take a value, and what they may be. */
const valuesOf = (commands: readonly CompletedCommand[]): readonly { readonly pattern: string; readonly choices: readonly string[] }[] =>
  commands.flatMap(({ path, options }) =>
    options
      .filter(({ takesValue }) => takesValue)
      .map((option) => ({
        pattern: spellings(option)
          .map((name) => quoted(`${path} ${name}`))
          .join("|"),
        choices: option.choices,
      })),
  );

const pathPattern = (commands: readonly CompletedCommand[]): string => commands.map(({ path }) => quoted(path)).join("|");

/**
 * The command is found by the words before the cursor. Bash takes `=` for a word of its own. Names of files are marked as such only where files
 * are offered: a folder may be called as a command is.
 */
function bash(commands: readonly CompletedCommand[]): string {
  const words = commands.map((each) => {
    const fixed = fixedWords(each);
    const options = each.options.flatMap(spellings);
    return `    ${quoted(each.path)}) words=${quoted([...fixed, ...options].join(" "))}; files=${fixed.length === 0 ? "1" : ""} ;;`;
  });
  const values = valuesOf(commands).map(
    ({ pattern, choices }) =>
      `    ${pattern}) ${choices.length === 0 ? "_netpol_files" : `_netpol_words ${quoted(choices.join(" "))}`}; return ;;`,
  );
  return `# bash completion of netpol: source <(netpol completion bash)
_netpol_words() { COMPREPLY=($(compgen -W "$1" -- "$cur")); }
_netpol_files() {
  local IFS=$'\\n'
  compopt -o filenames 2>/dev/null
  COMPREPLY=($(compgen -f -- "$cur"))
}
_netpol() {
  local cur="\${COMP_WORDS[COMP_CWORD]}" prev="\${COMP_WORDS[COMP_CWORD-1]}" path="" words="" files="" word next
  if [[ "$cur" == "=" ]]; then cur=""; elif [[ "$prev" == "=" ]]; then prev="\${COMP_WORDS[COMP_CWORD-2]}"; fi
  for word in "\${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    next="\${path:+$path }$word"
    case "$next" in
      ${pathPattern(commands)}) path="$next" ;;
    esac
  done
  case "$path $prev" in
${values.join("\n")}
  esac
  case "$path" in
${words.join("\n")}
  esac
  _netpol_words "$words"
  if [[ \${#COMPREPLY[@]} -eq 0 && -n "$files" ]]; then _netpol_files; fi
}
complete -F _netpol netpol
`;
}

const described = (name: string, text: string): string => quoted(`${name.replaceAll(":", "\\:")}${text === "" ? "" : `:${text}`}`);

function zshCase({ path, subcommands, argumentChoices, options }: CompletedCommand): string {
  const words = [
    ...subcommands.map(({ name, summary }) => described(name, summary)),
    ...argumentChoices.map((choice) => described(choice, "")),
  ];
  const named = options.flatMap((option) => spellings(option).map((name) => described(name, option.description)));
  return `    ${quoted(path)}) words_=(${words.join(" ")}); options_=(${named.join(" ")}) ;;`;
}

/** Words where no option is begun, options where one is, and files where a command takes any. */
function zsh(commands: readonly CompletedCommand[]): string {
  const values = valuesOf(commands).map(
    ({ pattern, choices }) =>
      `    ${pattern}) ${choices.length === 0 ? "_files" : `compadd -- ${choices.map(quoted).join(" ")}`}; return ;;`,
  );
  return `#compdef netpol
# zsh completion of netpol: source <(netpol completion zsh) behind compinit, or write it to a file _netpol in a folder of $fpath
_netpol() {
  local path_="" next word previous="\${words[CURRENT-1]}"
  local -a words_ options_
  for word in "\${(@)words[2,CURRENT-1]}"; do
    next="\${path_:+$path_ }$word"
    case "$next" in
      ${pathPattern(commands)}) path_="$next" ;;
    esac
  done
  if [[ "$PREFIX" == --*=* ]]; then
    previous="\${PREFIX%%=*}"
    compset -P '*='
  fi
  case "$path_ $previous" in
${values.join("\n")}
  esac
  case "$path_" in
${commands.map(zshCase).join("\n")}
  esac
  if [[ "$PREFIX" == -* ]]; then
    _describe -o option options_
  elif (( \${#words_} )); then
    _describe command words_
  else
    _files
  fi
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

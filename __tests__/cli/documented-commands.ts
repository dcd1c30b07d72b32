/** The `netpol` commands that documents and workflows show: their words, as a shell would split them. */

/** Something that a document tells its reader to run. */
export interface DocumentedCommand {
  /** The line, as it is written. */
  readonly line: string;
  /** What comes after `netpol`, without quotes. Words that only a shell or a workflow knows, such as `$SHOWFILE`, are kept as they are. */
  readonly words: readonly string[];
}

/** What runs this project's command line: installed, or from its own checkout. */
const invocation = /(?:^|[\s('"`;&|])(?:npx (?:--no-install )?)?(?:netpol|tsx cli\/main\.ts)(?= )/g;

/** Every command of a text: in code blocks and code spans of Markdown, and anywhere else in what is not Markdown. */
export function documentedCommands(path: string, text: string): readonly DocumentedCommand[] {
  const pieces = path.endsWith(".md") ? codeOf(text) : [text];
  return pieces
    .flatMap((piece) => joinedLines(piece))
    .flatMap(commandsOf)
    .filter(({ words }) => words.length > 0);
}

/** Code blocks in a language that people run or a pipeline does, and code spans that begin with the command. */
function codeOf(markdown: string): readonly string[] {
  const blocks = [...markdown.matchAll(/^ *```(\w*)\n([\s\S]*?)^ *```/gm)];
  const run = blocks.filter(([, language = ""]) => ["sh", "bash", "console", "yaml"].includes(language)).map(([, , code = ""]) => code);
  const prose = markdown.replace(/^ *```[\s\S]*?^ *```/gm, "");
  const spans = [...prose.matchAll(/`((?:npx )?netpol [^`]+|[^`]*\| netpol [^`]+)`/g)].map(([, code = ""]) => code);
  return [...run, ...spans];
}

/** Lines, those that end with a backslash joined with the next; comments and output of a console left out. */
function joinedLines(code: string): readonly string[] {
  const lines = code.replace(/\\\n\s*/g, " ").split("\n");
  const shown = lines.some((line) => line.startsWith("$ ")) ? lines.filter((line) => line.startsWith("$ ")) : lines;
  return shown.filter((line) => !/^\s*#/.test(line));
}

const commandsOf = (line: string): readonly DocumentedCommand[] =>
  [...line.matchAll(invocation)].map((match) => ({ line: line.trim(), words: wordsOf(line.slice(match.index + match[0].length)) }));

/** Words up to the end of a simple command; expressions of workflows are one word, whatever they hold. */
function wordsOf(rest: string): readonly string[] {
  const tokens = rest.matchAll(/\s+|[|&;<>()`]|#.*|"((?:[^"\\]|\\.)*)"|'([^']*)'|((?:\$\{\{.*?\}\}|[^\s|&;<>()`"'])+)/g);
  const words: string[] = [];
  let isInWord = false;
  for (const [token, double, single, bare] of tokens) {
    const text = double ?? single ?? bare;
    if (text === undefined && /^\s/.test(token)) isInWord = false;
    else if (text === undefined) break;
    else if (isInWord) words.push(`${words.pop() ?? ""}${text}`);
    else words.push(text);
    if (text !== undefined) isInWord = true;
  }
  return words;
}

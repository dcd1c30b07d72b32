import type { InputFile, Problem } from "../inputs";
import { suggestion } from "../inputs/yaml-value";
import { Failure } from "./failure";
import { isCdktfOut, linkedFolders, readPath } from "./files";
import { readLive } from "./kubectl";
import { readStacks } from "./sources";
import { variableFilesBeside } from "./variable-files";

/** How inputs are read. */
export interface ReadingOptions {
  /** Seconds to wait for a live cluster. */
  readonly timeout?: number;
  /** Only these stacks of `cdktf.out` folders. @default all */
  readonly stacks?: readonly string[];
}

/** The texts of inputs: what live clusters hold, and everything else. */
export interface NamedFiles {
  readonly live: readonly InputFile[];
  readonly others: readonly InputFile[];
  /** What is there and was not read. */
  readonly problems: readonly Problem[];
}

const isLive = (name: string): boolean => name === "live" || name.startsWith("live:");

/** Reads what the command line names. */
export function readNamed(names: readonly string[], { timeout, stacks }: ReadingOptions): NamedFiles {
  if (names.filter((name) => name === "-").length > 1) throw new Failure("`-` is named twice; standard input can be read once");
  const paths = names.filter((name) => !isLive(name));
  const files = paths.flatMap((path) =>
    stacks === undefined || path === "-" || !isCdktfOut(path) ? readPath(path) : chosen(path, stacks),
  );
  return {
    others: [...files, ...variableFilesBeside(files)],
    live: names.filter(isLive).flatMap((name) => readLive({ ...contextOf(name), ...(timeout === undefined ? {} : { timeout }) })),
    problems: paths.flatMap(linkedFolders).map(notFollowed),
  };
}

const notFollowed = (file: string): Problem => ({
  severity: "warning",
  message: `\`${file}\` is a link to a folder and is not followed: name the folder as one more input if what is in it counts`,
  location: { file },
});

function contextOf(name: string): { readonly context?: string } {
  const context = name.slice("live:".length);
  return context === "" ? {} : { context };
}

const chosen = (folder: string, stacks: readonly string[]): readonly InputFile[] =>
  readStacks(folder)
    .filter(({ name }) => stacks.includes(name))
    .map(({ source }) => source());

/** Stacks are chosen among those of all `cdktf.out` folders, before and after: one that is new or gone is in some of them. */
export function refuseUnknownStacks(stacks: readonly string[], names: readonly string[]): void {
  const folders = names.filter((name) => name !== "-" && !isLive(name) && isCdktfOut(name));
  if (folders.length === 0) throw new Failure("`--stack` chooses among the stacks of a `cdktf.out` folder, and no input is one");
  const known = folders.flatMap((folder) => readStacks(folder).map(({ name }) => name));
  for (const stack of stacks) {
    if (!known.includes(stack)) throw new Failure(`no stack is called \`${stack}\`${suggestion(stack, known)}`);
  }
}

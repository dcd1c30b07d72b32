import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { basename, join, relative } from "node:path";
import type { InputFile } from "../inputs";
import { Failure } from "./failure";
import { readCdktfOut } from "./sources";
import { readStandardInput } from "./standard-input";
import { utf8Text } from "./text-encoding";

/** Folders that hold no input of anybody. */
const skippedFolders = new Set(["node_modules", ".git", ".terraform", ".github"]);
const readNames = /\.(?:ya?ml|json)$/i;
/** Files that tools write beside manifests, and that are no manifests. */
const skippedNames =
  /^(?:package(?:-lock)?\.json|tsconfig.*\.json|cdktf\.json|Chart\.ya?ml|netpol\.config\.(?:ya?ml|json)|netpol\.baseline\.json|\..*)$/i;

/** The most that is read of one file, in bytes: a document of this size needs gigabytes of memory. */
const largestFile = 256 * 2 ** 20;

/**
 * Reads what a path names: a file, `-` for standard input, a `cdktf.out` folder, or every YAML and JSON file below a folder, which may be none.
 */
export function readPath(path: string): readonly InputFile[] {
  if (path === "-") return [{ file: "-", text: readStandardInput(largestFile) }];
  if (!existsSync(path))
    throw new Failure(`\`${path}\` is not there; name a file, a folder, \`-\` for standard input, or \`live:CONTEXT\``);
  if (!statSync(path).isDirectory()) return [{ file: path, text: readText(path) }];
  if (isCdktfOut(path)) return readCdktfOut(path);
  return filesBelow(path).map((file) => ({ file, text: readText(file) }));
}

/** Reads one file as UTF-8. One that is too large is refused by its size, before anything of it is read. */
export function readText(file: string): string {
  try {
    const { size } = statSync(file);
    if (size > largestFile) throw tooLarge(`\`${file}\``, size);
    return utf8Text(readFileSync(file), `\`${file}\``);
  } catch (error) {
    if (error instanceof Failure) throw error;
    throw new Failure(`\`${file}\` cannot be read (${(error as Error).message})`);
  }
}

const megabyte = 10 ** 6;
const tooLarge = (name: string, size: number): Failure =>
  new Failure(
    `${name} has ${String(Math.ceil(size / megabyte))} MB, and ${String(Math.floor(largestFile / megabyte))} MB are the most that is read; split it, or pass only the part that holds the policies`,
  );

/** Whether a folder is one that `cdktf synth` writes. */
export function isCdktfOut(folder: string): boolean {
  const manifest = join(folder, "manifest.json");
  if (!existsSync(manifest) || !statSync(folder).isDirectory()) return false;
  const text = readText(manifest);
  return text.includes('"stacks"') && text.includes('"synthesizedStackPath"');
}

function filesBelow(folder: string): readonly string[] {
  return entriesBelow(folder).filter((path) => {
    const name = basename(path);
    return readNames.test(name) && !skippedNames.test(name) && isFile(path);
  });
}

/** Links to folders below a folder: they are not followed, since they may lead in a circle, and `kubectl apply -R` does not either. */
export const linkedFolders = (path: string): readonly string[] =>
  path === "-" || !isFolder(path) || isCdktfOut(path) ? [] : entriesBelow(path).filter(isFolder);

/** Everything below a folder that is no folder itself, links among it, in order. */
function entriesBelow(folder: string): readonly string[] {
  const entries = readdirSync(folder, { withFileTypes: true }).toSorted((a, b) => (a.name < b.name ? -1 : 1));
  return entries.flatMap((entry) => {
    const path = join(folder, entry.name);
    if (skippedFolders.has(entry.name)) return [];
    return entry.isDirectory() ? entriesBelow(path) : [path];
  });
}

const isFile = (path: string): boolean => existsSync(path) && statSync(path).isFile();
const isFolder = (path: string): boolean => existsSync(path) && statSync(path).isDirectory();

/** A path as people wrote it, from where they are. */
export const shownPath = (path: string): string => {
  const short = relative(process.cwd(), path);
  return short === "" || short.startsWith("..") ? path : short;
};

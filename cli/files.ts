import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join, relative } from "node:path";
import type { InputFile } from "../inputs";
import { Failure } from "./failure";
import { readCdktfOut } from "./sources";

/** Folders that hold no input of anybody. */
const skippedFolders = new Set(["node_modules", ".git", ".terraform", ".github"]);
const readNames = /\.(?:ya?ml|json)$/i;
/** Files that tools write beside manifests, and that are no manifests. */
const skippedNames =
  /^(?:package(?:-lock)?\.json|tsconfig.*\.json|cdktf\.json|kustomization\.ya?ml|Chart\.ya?ml|values.*\.ya?ml|netpol\.config\.(?:ya?ml|json)|\..*)$/i;

/** Reads what a path names: a file, `-` for standard input, a `cdktf.out` folder, or every YAML and JSON file below a folder. */
export function readPath(path: string): readonly InputFile[] {
  if (path === "-") return [{ file: "-", text: readText(0, "standard input") }];
  if (!existsSync(path))
    throw new Failure(`\`${path}\` is not there; name a file, a folder, \`-\` for standard input, or \`live:CONTEXT\``);
  if (!statSync(path).isDirectory()) return [{ file: path, text: readText(path, `\`${path}\``) }];
  if (existsSync(join(path, "manifest.json")) && isCdktfOut(join(path, "manifest.json"))) return readCdktfOut(path);
  const files = filesBelow(path);
  if (files.length === 0)
    throw new Failure(`\`${path}\` holds no YAML or JSON file; name the folder that holds manifests or synthesized stacks`);
  return files.map((file) => ({ file, text: readText(file, `\`${file}\``) }));
}

function readText(file: string | number, name: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === "ERR_STRING_TOO_LONG") throw new Failure(`${name} is too large to be read as one text; split it`);
    throw new Failure(`${name} cannot be read (${message})`);
  }
}

function isCdktfOut(manifest: string): boolean {
  const text = readText(manifest, `\`${manifest}\``);
  return text.includes('"stacks"') && text.includes('"synthesizedStackPath"');
}

function filesBelow(folder: string): readonly string[] {
  const entries = readdirSync(folder, { withFileTypes: true }).toSorted((a, b) => (a.name < b.name ? -1 : 1));
  return entries.flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return skippedFolders.has(entry.name) ? [] : filesBelow(path);
    return entry.isFile() && readNames.test(entry.name) && !skippedNames.test(entry.name) ? [path] : [];
  });
}

/** A path as people wrote it, from where they are. */
export const shownPath = (path: string): string => {
  const short = relative(process.cwd(), path);
  return short === "" || short.startsWith("..") ? path : short;
};

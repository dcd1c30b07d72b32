import { type Dirent, readdirSync, readFileSync } from "node:fs";
import { join, posix } from "node:path";
import { type SourceFile } from "./imports";

/** The root of the project. */
export const root = join(__dirname, "..", "..");

/** What `.gitignore` names, and git's own: made by tools, no part of the project. */
const generated = /^(node_modules|cdktf\.out|\.gen|dist|coverage|\.terraform|\.git|.*\.tfstate(\..*)?|.*\.log)$/;

/** The path of every file of the project from its root, sorted. Read from disk, so that a copy without git can be tested too. */
export function projectFiles(): readonly string[] {
  return filesUnder("").sort();
}

function filesUnder(folder: string): string[] {
  return readdirSync(join(root, folder), { withFileTypes: true })
    .filter((entry) => !generated.test(entry.name))
    .flatMap((entry) => filesOf(posix.join(folder, entry.name), entry));
}

const filesOf = (path: string, entry: Dirent): string[] => (entry.isDirectory() ? filesUnder(path) : entry.isFile() ? [path] : []);

/** Reads a file of the project. */
export const read = (path: string): SourceFile => ({ path, text: readFileSync(join(root, path), "utf8") });

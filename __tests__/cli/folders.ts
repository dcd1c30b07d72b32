import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

const made: string[] = [];

/** A new folder with these files in it, by their names; it goes with `removeFolders`. */
export function folderWith(files: Readonly<Record<string, string | object>> = {}): string {
  // The real path: a name below it must look the same from inside.
  const folder = realpathSync(mkdtempSync(join(tmpdir(), "netpol-cli-")));
  made.push(folder);
  for (const [name, content] of Object.entries(files)) {
    const file = join(folder, name);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, typeof content === "string" ? content : JSON.stringify(content));
  }
  return folder;
}

/** Removes every folder made so far. */
export function removeFolders(): void {
  for (const folder of made.splice(0)) rmSync(folder, { recursive: true, force: true });
}

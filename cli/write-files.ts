import { existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { Failure } from "./failure";

/** A text and where it goes. */
export interface FileText {
  readonly file: string;
  readonly text: string;
}

/** Writes files so that each is there whole or not at all, and none is where one of them cannot be written. */
export function writeFiles(files: readonly FileText[]): void {
  const parts = files.map(({ file, text }) => ({ file, text, part: `${file}.${String(process.pid)}.part` }));
  let current = "";
  try {
    for (const { file, text, part } of parts) {
      current = file;
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(part, text);
    }
    for (const { file, part } of parts) {
      current = file;
      renameSync(part, file);
    }
  } catch (error) {
    parts.forEach(({ part }) => {
      removeIfThere(part);
    });
    throw new Failure(`\`${current}\` cannot be written (${(error as Error).message})`);
  }
}

/** What is below something that is no folder is not there either, but cannot even be asked for. */
function removeIfThere(file: string): void {
  if (existsSync(file)) rmSync(file);
}

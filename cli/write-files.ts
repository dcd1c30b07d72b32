import { chmodSync, existsSync, mkdirSync, realpathSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { Failure } from "./failure";

/** A text and where it goes. */
export interface FileText {
  readonly file: string;
  readonly text: string;
}

/**
 * Writes files so that each is there whole or not at all, and none is where one of them cannot be written. A file keeps its mode, and a
 * symbolic link goes on leading to it. Devices and pipes (`/dev/null`, `/dev/stdout`) are written to, not replaced.
 */
export function writeFiles(files: readonly FileText[]): void {
  const parts = files.map(({ file, text }) => ({ file, text, ...placeOf(file) }));
  let current = "";
  try {
    for (const { file, text, target, part } of parts) {
      current = file;
      mkdirSync(dirname(target), { recursive: true });
      if (part !== undefined) writePart(part, target, text);
    }
    for (const { file, text, target, part } of parts) {
      current = file;
      if (part === undefined) writeFileSync(target, text);
      else renameSync(part, target);
    }
  } catch (error) {
    for (const { part } of parts) if (part !== undefined) removeIfThere(part);
    throw new Failure(`\`${current}\` cannot be written (${(error as Error).message})`);
  }
}

interface Place {
  readonly target: string;
  /** Where the text waits until all of them are written; absent for what cannot be replaced. */
  readonly part?: string;
}

function placeOf(file: string): Place {
  if (!existsSync(file)) return { target: file, part: partOf(file) };
  if (!isReplaceable(file)) return { target: file };
  const target = realpathSync(file);
  return { target, part: partOf(target) };
}

/** A folder as well: that nothing can take its place is then said by who tries. */
const isReplaceable = (file: string): boolean => {
  const found = statSync(file);
  return found.isFile() || found.isDirectory();
};

const partOf = (file: string): string => `${file}.${String(process.pid)}.part`;

function writePart(part: string, target: string, text: string): void {
  writeFileSync(part, text);
  if (existsSync(target)) chmodSync(part, statSync(target).mode);
}

/** What is below something that is no folder is not there either, but cannot even be asked for. */
function removeIfThere(file: string): void {
  if (existsSync(file)) rmSync(file);
}

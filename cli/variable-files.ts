import { readdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { type InputFile, isVariableFile } from "../inputs";
import { readText } from "./files";

/** The files of values that Terraform would load beside the configuration that was read, as far as they were not read with it. */
export function variableFilesBeside(files: readonly InputFile[]): readonly InputFile[] {
  const read = new Set(files.map(({ file }) => file));
  const folders = new Set(files.flatMap(({ file }) => (file.endsWith(".tf.json") ? [dirname(file)] : [])));
  return [...folders]
    .flatMap((folder) => readdirSync(folder).map((name) => pathIn(folder, name)))
    .filter((file) => isVariableFile(file) && !read.has(file))
    .map((file) => ({ file, text: readText(file) }));
}

/** A path as that of the configuration is written: what lies in the working folder is named without it. */
const pathIn = (folder: string, name: string): string => (folder === "." ? name : join(folder, name));

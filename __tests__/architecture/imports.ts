import { posix } from "node:path";
import ts from "typescript";
import { type ImportRule } from "./import-table";

/** A file of the project: its path from the root with forward slashes, and its text. */
export interface SourceFile {
  readonly path: string;
  readonly text: string;
}

/** Every module a file names: `import`, `export … from`, `import type`, `require` and `import()` alike. */
export const importedModules = (text: string): readonly string[] =>
  ts.preProcessFile(text, true, true).importedFiles.map((file) => file.fileName);

/** Each import the table does not allow, as one sentence. */
export function forbiddenImports(file: SourceFile, table: readonly ImportRule[]): readonly string[] {
  const rule = ruleOf(file.path, table);
  if (rule === undefined) return [`${file.path} is in no folder of the import table: move it, or add the folder with what it may import`];
  return importedModules(file.text)
    .map((module) => objection(file.path, module, rule))
    .filter((sentence) => sentence !== undefined);
}

function ruleOf(path: string, table: readonly ImportRule[]): ImportRule | undefined {
  const holding = table.filter((rule) => isWithin(path, rule.folder));
  return holding.sort((a, b) => b.folder.length - a.folder.length)[0];
}

function objection(path: string, module: string, rule: ImportRule): string | undefined {
  if (!module.startsWith(".")) {
    return rule.packages.some((allowed) => matchesPackage(module, allowed))
      ? undefined
      : `${path} imports the package ${module}: ${rule.folder} may import ${listed(rule.packages)}`;
  }
  const target = posix.normalize(posix.join(posix.dirname(path), module));
  if (isPublicFace(target, path)) return `${path} imports ${target}, the public face of its own folder: import the file that holds it`;
  if ([rule.folder, ...rule.folders].some((folder) => isWithin(target, folder))) return undefined;
  return `${path} imports ${target}: ${rule.folder} may import ${listed(rule.folders)}`;
}

/** The engine's own files must not go through `engine/index.ts`: that makes cycles, and hides which part needs which. */
const isPublicFace = (target: string, path: string): boolean =>
  isWithin(path, "engine") && ["engine", "engine/index", "engine/index.ts"].includes(target);

const isWithin = (path: string, folder: string): boolean => path === folder || path.startsWith(`${folder}/`);

function matchesPackage(module: string, allowed: string): boolean {
  if (allowed.endsWith("*")) return module.startsWith(allowed.slice(0, -1));
  return module === allowed || module.startsWith(`${allowed}/`);
}

const listed = (names: readonly string[]): string => (names.length === 0 ? "none" : names.join(", "));

import ts from "typescript";
import { type SourceFile } from "./imports";

/** Names that say nothing about what is inside, so that everything ends up there. */
const emptyNames = /^(utils?|helpers?|commons?|misc)$/;

/** Each part of the path (folders too) that is an empty name, alone or joined with others. */
export const emptyNameParts = (path: string): readonly string[] =>
  path
    .replace(/(\.test)?\.ts$/, "")
    .split("/")
    .filter((part) => part.split("-").some((word) => emptyNames.test(word)));

/** Whether a file name is kebab-case. Folders that tools name (`__tests__`) are not looked at. */
export const isKebabCase = (path: string): boolean => /^[a-z0-9]+(-[a-z0-9]+)*(\.test)?\.ts$/.test(path.slice(path.lastIndexOf("/") + 1));

/** Whether a module has a default export in any of its forms: `export default`, `export =`, `export { x as default }`. */
export function hasDefaultExport({ path, text }: SourceFile): boolean {
  return ts.createSourceFile(path, text, ts.ScriptTarget.Latest).statements.some(exportsDefault);
}

function exportsDefault(statement: ts.Statement): boolean {
  if (ts.isExportAssignment(statement)) return true;
  if (ts.isExportDeclaration(statement) && statement.exportClause !== undefined) {
    const clause = statement.exportClause;
    return ts.isNamedExports(clause) ? clause.elements.some((each) => each.name.text === "default") : clause.name.text === "default";
  }
  return ts.canHaveModifiers(statement) && (ts.getModifiers(statement) ?? []).some((each) => each.kind === ts.SyntaxKind.DefaultKeyword);
}

/** Lines as an editor counts them. */
export const lineCount = (text: string): number => text.replace(/\n$/, "").split("\n").length;

/** Directories that exist on one person's machine only. What precedes must not be a longer path, a URL or a variable. */
const machinePath = /(?<![\w.~})\]*>/-])(?:\/(?:home|Users|root|work|tmp|opt)\/[\w.-]+|[A-Za-z]:\\+Users\\)/;

/** The first machine path of each line that has one, or that names one of the given directories, with its line number. */
export function machinePaths(text: string, directories: readonly string[] = []): readonly string[] {
  return text.split("\n").flatMap((line, index) => {
    const found = directories.find((directory) => line.includes(directory)) ?? machinePath.exec(line)?.[0];
    return found === undefined ? [] : [`line ${index + 1}: ${found}`];
  });
}

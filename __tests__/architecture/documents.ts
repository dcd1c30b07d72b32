import { posix } from "node:path";
import { type ImportRule } from "./import-table";

/** A row of the table that `docs/architecture.md` must hold for a rule. */
export function documentedRow({ folder, folders, packages }: ImportRule): readonly string[] {
  return [folder, folders.join(", ") || "nothing", packages.join(", ") || "none"];
}

/** The cells of every table row whose first cell is one of the given names, without code marks. */
export function tableRows(markdown: string, names: readonly string[]): readonly (readonly string[])[] {
  return markdown
    .split("\n")
    .filter((line) => line.startsWith("|"))
    .map((line) => cells(line))
    .filter(([first]) => first !== undefined && names.includes(first));
}

const cells = (line: string): readonly string[] =>
  line
    .split("|")
    .slice(1, -1)
    .map((cell) => cell.replaceAll("`", "").trim());

/** The paths that a tree drawn with `├── name` names, in the first such block of a document. Folders end with a slash in the drawing. */
export function drawnPaths(markdown: string): readonly string[] {
  const parents: string[] = [];
  return treeLines(markdown).map(({ depth, name }) => {
    parents.length = depth;
    parents.push(name.replace(/\/$/, ""));
    return parents.join("/");
  });
}

function treeLines(markdown: string): readonly { readonly depth: number; readonly name: string }[] {
  const drawn = /^((?:│ {3}| {4})*)[├└]── (\S+)/;
  return markdown
    .split("\n")
    .map((line) => drawn.exec(line))
    .filter((match) => match !== null)
    .map(([, indent = "", name = ""]) => ({ depth: indent.length / 4, name }));
}

/** The files that a document's relative links point at, from the root of the project. Links to the web and within the page are left out. */
export function linkedFiles(path: string, markdown: string): readonly string[] {
  return [...markdown.matchAll(/\]\(([^)\s]+)\)/g)]
    .map(([, target = ""]) => target.replace(/#.*$/, ""))
    .filter((target) => target !== "" && !/^[a-z]+:/i.test(target))
    .map((target) => posix.normalize(posix.join(posix.dirname(path), target)));
}

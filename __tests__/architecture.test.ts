import { homedir } from "node:os";
import { emptyNameParts, hasDefaultExport, isKebabCase, lineCount, machinePaths } from "./architecture/conventions";
import { documentedRow, drawnPaths, linkedFiles, tableRows } from "./architecture/documents";
import { importTable } from "./architecture/import-table";
import { forbiddenImports } from "./architecture/imports";
import { type LockFile, missingOptionalPackages } from "./architecture/lock-file";
import { projectFiles, read, root } from "./architecture/project-files";

/** Files that may have more than 300 lines, each with the reason. Keep it short: a long file is most often two ideas. */
const longFiles: Readonly<Record<string, string>> = {};

/** Files that may name a directory such as a mount path inside a container, each with the reason. */
const namesDirectories: Readonly<Record<string, string>> = {
  "__tests__/architecture/architecture.test.ts": "examples of what is found",
};

const files = projectFiles();
const typescript = files.filter((path) => path.endsWith(".ts"));
const sources = typescript.filter((path) => !path.startsWith("__tests__/"));
const documents = files.filter((path) => path.endsWith(".md") && !path.startsWith("__tests__/"));
const exists = (path: string): boolean => files.some((file) => file === path || file.startsWith(`${path}/`));

describe("imports", () => {
  test("there are sources to check", () => {
    expect(sources.length).toBeGreaterThan(0);
  });

  test.each(sources)("%s imports what the table allows", (path) => {
    expect(forbiddenImports(read(path), importTable)).toEqual([]);
  });

  test("docs/architecture.md holds the same table", () => {
    const { text } = read("docs/architecture.md");
    const names = importTable.map((rule) => rule.folder);
    expect(tableRows(text, names)).toEqual(importTable.map(documentedRow));
  });
});

describe("files", () => {
  test("no name is empty of meaning", () => {
    expect(typescript.filter((path) => emptyNameParts(path).length > 0)).toEqual([]);
  });

  test("names are kebab-case", () => {
    expect(typescript.filter((path) => !isKebabCase(path))).toEqual([]);
  });

  test("no module has a default export", () => {
    expect(typescript.filter((path) => hasDefaultExport(read(path)))).toEqual([]);
  });

  test("no file is longer than 300 lines without a reason, and no reason outlives its file", () => {
    const long = sources.filter((path) => lineCount(read(path).text) > 300);
    expect(long).toEqual(Object.keys(longFiles).sort());
  });

  test("main.ts stays under 30 lines", () => {
    expect(lineCount(read("main.ts").text)).toBeLessThan(30);
  });

  test("no file names a directory of one machine", () => {
    const own = [root, `${homedir()}/`].filter((directory) => directory.length > 2);
    const found = files
      .filter((path) => !(path in namesDirectories))
      .flatMap((path) => machinePaths(read(path).text, own).map((place) => `${path} ${place}`));
    expect(found).toEqual([]);
  });

  test("the lock file holds what npm ci will ask for on any platform", () => {
    expect(missingOptionalPackages(JSON.parse(read("package-lock.json").text) as LockFile)).toEqual([]);
  });

  test("the lock file names no registry", () => {
    expect(read("package-lock.json").text).not.toContain('"resolved":');
  });
});

describe("documents", () => {
  const drawn = drawnPaths(read("docs/architecture.md").text);

  test("the tree in docs/architecture.md names only what exists", () => {
    expect(drawn.length).toBeGreaterThan(0);
    expect(drawn.filter((path) => !exists(path))).toEqual([]);
  });

  test("every folder of sources is in the tree", () => {
    const folders = new Set(sources.filter((path) => path.includes("/")).map((path) => path.slice(0, path.indexOf("/"))));
    expect([...folders].filter((folder) => !drawn.includes(folder))).toEqual([]);
  });

  test.each(documents)("every link of %s points at a file", (path) => {
    expect(linkedFiles(path, read(path).text).filter((target) => !exists(target))).toEqual([]);
  });
});

import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

const root = join(__dirname, "..", "..");
const read = (path: string): string => readFileSync(join(root, path), "utf8");
const document = read("docs/semantics.md");

/** The text under each heading of a decision. */
const paragraphs = document
  .split(/^### /m)
  .slice(1)
  .map((part) => ({ title: part.slice(0, part.indexOf("\n")), text: part }));

const links = [...document.matchAll(/^Test: \[([^\]]+)\]\(\.\.\/([^)]+)\)$/gm)].map(([, name = "", path = ""]) => ({ name, path }));

const testsIn = (path: string): readonly string[] => [...read(path).matchAll(/^ *test\(\s*"([^"]+)",/gm)].map(([, name = ""]) => name);

describe("docs/semantics.md", () => {
  test.each(paragraphs)("links one test under: $title", ({ text }) => {
    expect(text.match(/^Test: \[/gm)).toHaveLength(1);
  });

  test.each(links)("the test exists: $name", ({ name, path }) => {
    expect(existsSync(join(root, path))).toBe(true);
    expect(testsIn(path)).toContain(name);
  });

  test("leaves out no test that is there for a decision, and links none twice", () => {
    const files = readdirSync(__dirname).filter((file) => /^semantics(-ends|-tiers|-unknowns)?\.test\.ts$/.test(file));
    const tests = files.flatMap((file) => testsIn(`__tests__/engine/${file}`));
    const linked = links.filter(({ path }) => path.includes("/semantics")).map(({ name }) => name);
    expect(linked.toSorted()).toEqual(tests.toSorted());
  });
});

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { marks, withCatalogue } from "../../cli/rules-document";
import { documentedRules } from "../../engine/lint";

const page = readFileSync(join(__dirname, "..", "..", "docs", "rules.md"), "utf8");

test("docs/rules.md lists every rule as it is (`npm run rules-doc` writes it)", () => {
  expect(page).toBe(withCatalogue(page, documentedRules));
});

test("the catalogue changes with a rule, and nothing outside its marks does", () => {
  const [first, ...others] = documentedRules;
  const changed = withCatalogue(page, [{ ...first!, title: "Something else" }, ...others]);
  expect(changed).not.toBe(page);
  expect(changed).toContain("Something else");
  expect(changed.split(marks.start)[0]).toBe(page.split(marks.start)[0]);
  expect(changed.split(marks.end)[1]).toBe(page.split(marks.end)[1]);
});

test("a page without the marks is left alone", () => {
  expect(() => withCatalogue("# Rules\n", documentedRules)).toThrow("docs/rules.md needs a line");
});

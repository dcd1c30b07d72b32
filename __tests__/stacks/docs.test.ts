import { readFileSync } from "node:fs";
import { join } from "node:path";
import { environmentName, type Setting } from "../../stacks/setting";
import { profileDefaults } from "../../stacks/profile";
import { settingTable } from "../../stacks/setting-table";
import { waiversOf } from "../../stacks/waivers";
import { loadSettings } from "../../stacks";
import { stackNames, testDay } from "./synthesized";

/** Cells of the rows of docs/stacks.md that start with a key in backticks and have as many cells as the settings table. */
const documented = readFileSync(join(__dirname, "..", "..", "docs", "stacks.md"), "utf8")
  .split("\n")
  .filter((line) => /^\| `\w+` +\| `NETPOL_EKS_/.test(line))
  .map((line) =>
    line
      .split("|")
      .slice(1, -1)
      .map((cell) => cell.trim()),
  );

/** Cells of a table's rows whose first cell is a key in backticks, within one section. */
const rowsUnder = (heading: string): string[][] => {
  const text = readFileSync(join(__dirname, "..", "..", "docs", "stacks.md"), "utf8");
  const [, section = ""] = text.split(`\n${heading}\n`);
  return (section.split(/\n## /)[0] ?? "")
    .split("\n")
    .filter((line) => line.startsWith("| `"))
    .map((line) =>
      line
        .split("|")
        .slice(1, -1)
        .map((cell) => cell.trim()),
    );
};

const code = (value: unknown): string => (value === undefined ? "" : `\`${typeof value === "string" ? value : JSON.stringify(value)}\``);

test("docs/stacks.md shows every setting, its variable, its default and its meaning", () => {
  const table = Object.entries<Setting<unknown>>(settingTable);
  expect(documented).toEqual(table.map(([key, setting]) => [code(key), code(environmentName(key)), code(setting.default), setting.doc]));
});

test("docs/stacks.md shows what the hardened profile sets, beside the default", () => {
  const hardened = Object.entries(profileDefaults.hardened);
  const table: Readonly<Record<string, Setting<unknown>>> = settingTable;
  expect(rowsUnder("## Profiles")).toEqual(hardened.map(([key, value]) => [code(key), code(table[key]?.default), code(value)]));
});

test("docs/stacks.md shows every waiver of the defaults, with its setting and its reason", () => {
  const settings = loadSettings({ today: testDay });
  const waivers = stackNames.flatMap((stack) => waiversOf(stack, settings).map((waiver) => ({ stack, ...waiver })));
  expect(rowsUnder("## Waivers")).toEqual(
    waivers.map(({ id, scanner, stack, setting, reason }) => [code(id), scanner, stack, code(setting), reason]),
  );
});

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { environmentName, type Setting } from "../../stacks/setting";
import { settingTable } from "../../stacks/setting-table";

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

const code = (value: unknown): string => (value === undefined ? "" : `\`${typeof value === "string" ? value : JSON.stringify(value)}\``);

test("docs/stacks.md shows every setting, its variable, its default and its meaning", () => {
  const table = Object.entries<Setting<unknown>>(settingTable);
  expect(documented).toEqual(table.map(([key, setting]) => [code(key), code(environmentName(key)), code(setting.default), setting.doc]));
});

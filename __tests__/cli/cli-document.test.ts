/** Runs what docs/cli.md shows, and holds what is printed against it. `UPDATE_DOCS=1` writes it anew. */
import { cpSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { configSchema } from "../../cli/config/config-schema";
import { readExpectations } from "../../inputs/expectations";
import { documentedCommands } from "./documented-commands";
import { allowEverybody, allowFront, planThatAdds } from "./experiment-plan";
import { folderWith, removeFolders } from "./folders";
import { manifests, netpolWith } from "./netpol";
import { partners } from "./shop";

afterAll(removeFolders);

const file = join(__dirname, "..", "..", "docs", "cli.md");
const page = readFileSync(file, "utf8");
const blocks = [...page.matchAll(/^```console\n(\$ netpol .*\n)([^]*?)^```$/gm)].map(([whole, command = "", output = ""]) => ({
  whole,
  command,
  output,
}));

/** Lines shown of a long answer, of its beginning and its end. */
const [shownFirst, shownLast] = [26, 4];

/** The answer as the page shows it: the middle of a long one is a line `…`. */
function shortened(text: string): string {
  const lines = text.trimEnd().split("\n");
  if (lines.length <= shownFirst + shownLast + 2) return `${lines.join("\n")}\n`;
  return [...lines.slice(0, shownFirst), "…", ...lines.slice(-shownLast), ""].join("\n");
}

const suppression = {
  id: "NP201",
  match: { namespace: "shop", name: "web" },
  reason: "the shop front is public",
  expires: "2027-03-31",
  owner: "team-shop",
};

let cwd = "";
beforeAll(async () => {
  cwd = folderWith({
    // Not in a file of our usual name: `netpol init` writes that.
    "package.json": { name: "shop", netpol: { version: 1, suppressions: [suppression] } },
    "plan.json": planThatAdds(allowFront),
    "public.json": planThatAdds(allowEverybody),
    "partners/policy.yaml": partners,
  });
  for (const name of ["step-2", "step-3", "shop", "divergent.yaml"]) cpSync(join(manifests, name), join(cwd, name), { recursive: true });
  await netpolWith({ cwd }, "check", "public.json", "--only", "NP404", "-o", "json=netpol.json");
});

test("there are examples of most commands", () => {
  const commands = new Set(blocks.map(({ command }) => command.split(" ")[2]?.trim()));
  expect([...commands]).toEqual(
    expect.arrayContaining([
      "check",
      "diff",
      "explain",
      "list",
      "matrix",
      "exposure",
      "divergences",
      "rules",
      "baseline",
      "suppressions",
      "comment",
      "init",
    ]),
  );
});

test("what is shown is what is printed", async () => {
  let text = page;
  for (const { whole, command } of blocks) {
    const [{ words } = { words: [] }] = documentedCommands("cli.md", `\`\`\`console\n${command}\`\`\`\n`);
    const { code, stdout, stderr } = await netpolWith({ cwd, env: { NETPOL_TODAY: "2027-01-01" } }, ...words);
    expect({ command, isError: code === 2, stderr }).toEqual({ command, isError: false, stderr: "" });
    const printed = shortened(stdout).replaceAll(/valid-at=[\dTZ:-]+/g, "valid-at=2026-11-23T10:11:12Z");
    text = text.replace(whole, () => `\`\`\`console\n${command}${printed}\`\`\``);
  }
  if (process.env.UPDATE_DOCS !== undefined) writeFileSync(file, text);
  else expect(text).toBe(page);
});

test("the example of expectations can be read, and every key of the configuration is described", () => {
  const [, example = ""] = /^```yaml\n(version: 1\n[^]*?)^```$/m.exec(page) ?? [];
  const { value, problems } = readExpectations("cli.md", example);
  expect(problems).toEqual([]);
  expect(value.map(({ kind }) => kind)).toEqual(["allow", "only", "deny", "isolated", "unchanged", "atMost"]);
  const keys = Object.keys(configSchema.shape).filter((key) => key !== "$schema");
  expect(keys.filter((key) => !page.includes(`| \`${key}\``))).toEqual([]);
});

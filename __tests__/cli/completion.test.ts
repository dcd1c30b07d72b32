import { spawnSync } from "node:child_process";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { folderWith, removeFolders } from "./folders";
import { netpol, netpolProcess } from "./netpol";

afterAll(removeFolders);

// A process of its own: the script is made from all commands there are.
const scripts = new Map<string, string>();
function scriptFor(shell: string): string {
  const known = scripts.get(shell) ?? netpolProcess(["completion", shell]).stdout;
  scripts.set(shell, known);
  return known;
}
const script = scriptFor("bash");

/** What bash offers for a line whose last word is being written. */
function offered(...words: readonly string[]): readonly string[] {
  const cwd = folderWith({ "script.sh": script, "files/manifests.yaml": "", "files/a file.yaml": "", "files/a folder/x": "" });
  const quoted = words.map((word) => `'${word}'`).join(" ");
  const command = `source ../script.sh; COMP_WORDS=(${quoted}); COMP_CWORD=${String(words.length - 1)}; _netpol; printf '%s\\n' "\${COMPREPLY[@]}"`;
  const { status, stdout, stderr } = spawnSync("bash", ["--noprofile", "--norc", "-c", command], {
    cwd: join(cwd, "files"),
    encoding: "utf8",
  });
  expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
  return stdout.split("\n").filter((line) => line !== "");
}

test("bash accepts the script", () => {
  const { status, stderr } = spawnSync("bash", ["-n"], { input: script, encoding: "utf8" });
  expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
});

test.each([
  [["netpol", "ch"], ["check"]],
  [["netpol", "completion", "b"], ["bash"]],
  [["netpol", "baseline", "p"], ["prune"]],
  [["netpol", "check", "--fail-on-c"], ["--fail-on-change"]],
  [["netpol", "check", "--fail-on", "w"], ["warning"]],
  [["netpol", "check", "manifests.yaml", "--unknown", "s"], ["strict"]],
  [["netpol", "check", "--config", "man"], ["manifests.yaml"]],
  [["netpol", "check", "man"], ["manifests.yaml"]],
  [["netpol", "comment", "github", "--behavior", "hide"], ["hide-and-new"]],
  [["netpol", "check", "--fail-on", "=", "w"], ["warning"]],
  [
    ["netpol", "check", "--fail-on", "="],
    ["error", "warning", "info", "none"],
  ],
  [
    ["netpol", "check", "a f"],
    ["a folder", "a file.yaml"],
  ],
  [["netpol", "baseline", "man"], []],
])("bash: %j", (words, expected) => {
  expect(offered(...words)).toEqual(expected);
});

/** Lines as somebody types them before the tab key, and what the shell then offers. */
const lines: readonly (readonly [string, readonly string[]])[] = [
  ["netpol ch", ["check"]],
  ["netpol completion ", ["bash", "fish", "zsh"]],
  ["netpol baseline p", ["prune"]],
  ["netpol check --fail-on-c", ["--fail-on-change"]],
  ["netpol check --fail-on ", ["error", "info", "none", "warning"]],
  ["netpol check man --unknown s", ["strict"]],
  ["netpol check --config man", ["manifests.yaml"]],
  ["netpol check man", ["manifests.yaml"]],
  ["netpol comment github --behavior hide", ["hide-and-new"]],
  ["netpol explain --exp", ["--expect"]],
];

const isThere = (shell: string): boolean => spawnSync(shell, ["-c", "exit"]).error === undefined;
/** Where a shell is missing, skipped tests whose names say why. */
const withShell = (shell: string): readonly [typeof test, string] =>
  isThere(shell) ? [test, shell] : [test.skip, `${shell} (SKIPPED: it is not on this machine, so its script was not run)`];

const sorted = (text: string): readonly string[] => [...new Set(text.split("\n"))].filter((line) => !["", "END"].includes(line)).toSorted();

describe("in the shell itself", () => {
  const [zshTest, zsh] = withShell("zsh");
  zshTest.each(lines)(`${zsh}: %s`, (line, expected) => {
    const folder = folderWith({ "script.zsh": scriptFor("zsh"), "files/manifests.yaml": "" });
    const { status, stdout, stderr } = spawnSync(
      "zsh",
      ["-f", join(__dirname, "completion/offered.zsh"), join(__dirname, "completion/setup.zsh"), line],
      {
        cwd: join(folder, "files"),
        encoding: "utf8",
        env: { ...process.env, NETPOL_SCRIPT: join(folder, "script.zsh"), NETPOL_OFFERED: join(folder, "offered") },
      },
    );
    expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
    expect(sorted(stdout)).toEqual(expected);
  });

  const [fishTest, fish] = withShell("fish");
  fishTest.each(lines)(`${fish}: %s`, (line, expected) => {
    const folder = folderWith({ "script.fish": scriptFor("fish"), "files/manifests.yaml": "" });
    const { status, stdout, stderr } = spawnSync("fish", ["--no-config", "-c", "source ../script.fish; complete -C $argv[1]", line], {
      cwd: join(folder, "files"),
      encoding: "utf8",
    });
    expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
    // Beside each word stands what it is about.
    expect(sorted(stdout.replaceAll(/\t.*/g, ""))).toEqual(expected);
  });
});

test.each(["bash", "zsh", "fish"])("the script for %s knows every command", (shell) => {
  const text = scriptFor(shell);
  const commands = readdirSync(join(__dirname, "../../cli/commands")).map((file) => file.replace(".ts", ""));
  expect(commands.filter((command) => !text.includes(command))).toEqual([]);
});

test("another shell is refused", async () => {
  const { code, stdout, stderr } = await netpol("completion", "csh");
  expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
  expect(stderr).toContain("Allowed choices are bash, zsh, fish");
});

import { spawnSync } from "node:child_process";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { folderWith, removeFolders } from "./folders";
import { netpol, netpolProcess } from "./netpol";

afterAll(removeFolders);

// A process of its own: the script is made from all commands there are.
const scriptFor = (shell: string): string => netpolProcess(["completion", shell]).stdout;
const script = scriptFor("bash");

/** What bash offers for a line whose last word is being written. */
function offered(...words: readonly string[]): readonly string[] {
  const cwd = folderWith({ "script.sh": script, "files/manifests.yaml": "" });
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
])("%j", (words, expected) => {
  expect(offered(...words)).toEqual(expected);
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

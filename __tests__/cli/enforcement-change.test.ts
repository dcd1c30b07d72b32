/** Turning enforcement off opens everything, though no pair of what policies say differs. */
import { changedStacks, enforcementOff } from "../stacks/mistakes";
import { folderWith, removeFolders } from "./folders";
import { netpolWith } from "./netpol";

afterAll(removeFolders);

const within = (folder: string, files: Readonly<Record<string, string>>): Readonly<Record<string, string>> =>
  Object.fromEntries(Object.entries(files).map(([name, text]) => [`${folder}/${name}`, text]));

const cwd = folderWith({
  ...within("on", changedStacks()),
  ...within("off", changedStacks(enforcementOff.settings, enforcementOff.changes)),
});
const netpol = (...args: readonly string[]): ReturnType<typeof netpolWith> => netpolWith({ cwd }, ...args);
const lost = "policies that were enforced before are not enforced any more";
const gained = "policies that were not enforced before are enforced from now on";

test.each(["added", "any", "exposure"])("policies that are enforced no longer fail a gate on what is %s", async (what) => {
  const { code, stdout } = await netpol("diff", "off", "--before", "on", "--fail-on-change", what);
  expect({ code, isTold: stdout.includes(`FAILED: ${lost} (--fail-on-change ${what})`) }).toEqual({ code: 1, isTold: true });
});

test.each(["removed", "any"])("policies that are enforced from now on fail a gate on what is %s", async (what) => {
  const { code, stdout } = await netpol("diff", "on", "--before", "off", "--fail-on-change", what);
  expect({ code, isTold: stdout.includes(`FAILED: ${gained} (--fail-on-change ${what})`) }).toEqual({ code: 1, isTold: true });
});

test.each([
  ["off", "on", [true, false]],
  ["on", "off", [false, true]],
  ["on", "on", [false, false]],
])("it is told where it fails nothing, and not where enforcement is as before: %s after %s", async (after, before, told) => {
  const { code, stdout } = await netpol("diff", after, "--before", before);
  expect({ code, told: [stdout.includes(lost), stdout.includes(gained)] }).toEqual({ code: 0, told });
});

test("`check` holds it against its change policy too", async () => {
  const { code, stdout } = await netpol("check", "off", "--before", "on", "--fail-on", "none", "--fail-on-change", "exposure");
  expect(code).toBe(1);
  expect(stdout).toContain(`${lost} (--fail-on-change exposure)`);
});

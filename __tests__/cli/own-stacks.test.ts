import { changedStacks, mistakes } from "../stacks/mistakes";
import { folderWith, removeFolders } from "./folders";
import { netpolWith } from "./netpol";

afterAll(removeFolders);

/** Runs the gate on a folder as `cdktf synth` writes it. */
const check = (files: Readonly<Record<string, string>>, ...args: readonly string[]): ReturnType<typeof netpolWith> =>
  netpolWith(
    { cwd: folderWith(Object.fromEntries(Object.entries(files).map(([name, text]) => [`cdktf.out/${name}`, text]))) },
    "check",
    "cdktf.out",
    ...args,
  );

interface FailedCheck {
  readonly gate: { readonly passed: boolean };
  readonly findings: readonly { readonly code: string; readonly severity: string; readonly object?: { readonly name: string } }[];
}

test("what cdktf synth writes passes the gate", async () => {
  const { code, stderr } = await check(changedStacks());
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
});

test.each(mistakes.map((mistake) => [mistake.title, mistake.finding, mistake] as const))(
  "%s makes the gate fail with %s",
  async (_title, finding, { settings, changes }) => {
    const files = changedStacks(settings, changes);
    const { code, stdout } = await check(files, "-o", "json");
    expect(code).toBe(1);
    const report = JSON.parse(stdout) as FailedCheck;
    expect(report.findings.filter(({ severity }) => severity === "error").map((each) => each.code)).toEqual([finding]);
    expect((await check(files)).stdout).toContain(finding);
  },
);

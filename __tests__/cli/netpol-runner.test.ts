import { netpol, netpolProcess, netpolWith } from "./netpol";

test("a run within the tests answers what a process of its own answers", async () => {
  const args = ["check", "step-2", "-o", "json"];
  expect(await netpol(...args)).toEqual(netpolProcess(args));
}, 60_000);

test("the runner leaves folder, environment and exit code of the tests alone", async () => {
  const before = { cwd: process.cwd(), env: process.env, argv: process.argv, exitCode: process.exitCode };
  const { code, stdout } = await netpolWith({ env: { NETPOL_OUTPUT: "nonsense" } }, "check", "step-1");
  expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
  expect({ cwd: process.cwd(), env: process.env, argv: process.argv, exitCode: process.exitCode }).toEqual(before);
});

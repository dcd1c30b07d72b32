import { runScript } from "./run-script";

describe("npm start", () => {
  const { code, stdout, stderr } = runScript("cli/experiment.ts");

  test("ends well and says so on one line", () => {
    expect(code).toBe(0);
    expect(stderr.split("\n")).toEqual([
      "synthesizing three steps of the experiment …",
      expect.stringMatching(/^warning: .*1\.27.*2025-07-24.*kubernetesVersion/) as string,
      "",
    ]);
    expect(stdout).toContain("11 expectations hold, 0 fail, 0 undecided\n");
  });

  test("shows the three steps with what must be seen, and the rule that decides", () => {
    const lines = stdout.split("\n");
    const seen = lines.flatMap((line, n) => (line.includes("seen:") ? [lines[n + 1]?.trim().split(/ {2}/).at(-1)] : []));
    expect(seen).toEqual(["allowed", "denied", "allowed"]);
    expect(lines.filter((line) => line.includes("seen:")).map((line) => line.replace(/.*seen: +/, ""))).toEqual([
      "nginx's welcome page",
      "curl exit code 28, timed out",
      "nginx's welcome page",
    ]);
    expect(stdout).toContain("ingress: isolated by backend/default-deny-ingress; no rule allows this");
    expect(stdout).toContain("ingress: backend/netpol-allow-nginx-front ingress[0] from[0] allows it");
  });

  test("fits a terminal of 80 columns", () => {
    expect(Math.max(...stdout.split("\n").map((line) => line.length))).toBeLessThanOrEqual(80);
  });

  test("help says what it does, and runs nothing", () => {
    const help = runScript("cli/experiment.ts", ["--help"]);
    expect({ code: help.code, stderr: help.stderr }).toEqual({ code: 0, stderr: "" });
    expect(help.stdout).toContain("Exit codes:");
  });

  test("a setting that cannot be is one error and exit code 2", () => {
    const broken = runScript("cli/experiment.ts", [], { NETPOL_EKS_AZ_COUNT: "nine" });
    expect(broken.code).toBe(2);
    expect(broken.stdout).toBe("");
    expect(broken.stderr).toContain("NETPOL_EKS_AZ_COUNT");
    expect(broken.stderr).toContain("a whole number from 2 to 6");
    expect(broken.stderr.match(/error:/g)).toHaveLength(1);
    expect(broken.stderr).not.toContain("    at ");
  });
});

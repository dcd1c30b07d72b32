/** What ends of flows mean to `suggest`: Services, and addresses that pods may have. */
import { join } from "node:path";
import { folderWith, removeFolders } from "./folders";
import { netpol } from "./netpol";
import { expectRefusal, reportOf } from "./report-of";

afterAll(removeFolders);

const file = (name: string, text: string): string => join(folderWith({ [name]: text }), name);

describe("a Service without a port", () => {
  const flows = (to: string): string => file("flows.yaml", `version: 1\nflows:\n  - { from: shop/api, to: ${to} }\n`);

  test("is its only one", async () => {
    const { report } = await reportOf("suggest", flows("svc/data/db"), "-i", "shop");
    expect(report.policies.map(({ yaml }) => yaml).join("\n")).toMatch(/ports:\n\s+- protocol: TCP\n\s+port: 5432/);
  });

  test("of which it has several is refused with them", async () => {
    await expectRefusal(["suggest", flows("svc/shop/web"), "-i", "shop"], "needs a port; it has `:80` (public), `:8443` (admin)");
  });
});

describe("flows from the internet", () => {
  const wanted = "version: 1\nflows:\n  - { from: internet, to: frontend/nginx, ports: 80 }\n";
  const args = (config: string): readonly string[] => [
    file("outside.yaml", wanted),
    ...["-i", "step-1", "--config", file("netpol.config.yaml", config)],
  ];
  const shopPods = "version: 1\ncontext: { podCidrs: [10.1.0.0/16] }\n";

  test("hold under an assumption where nothing tells the addresses of pods, and say so", async () => {
    const { code, report } = await reportOf("suggest", ...args("version: 1\n"));
    expect(code).toBe(0);
    expect(report.proof).toEqual({
      exact: true,
      differences: [],
      assumptions: [
        expect.stringMatching(/^pods inside 0\.0\.0\.0\/0 or ::\/0 are not counted: the addresses of 2 workloads' pods are not known/),
      ],
    });
    const text = (await netpol("suggest", ...args("version: 1\n"))).stdout.replaceAll("\n# ", " ");
    expect(text).toContain("exactly what was asked for, and nothing else, if pods inside 0.0.0.0/0 or ::/0 are not counted");
    const { stdout } = await netpol("suggest", ...args("version: 1\n"), "-o", "markdown");
    expect(stdout).toContain("exactly what was asked for, under an assumption");
  });

  test("except the ranges of pods where these are known, and need no assumption", async () => {
    const { report } = await reportOf("suggest", ...args(shopPods));
    expect(report.proof).toEqual({ exact: true, differences: [] });
    expect(report.policies.map(({ yaml }) => yaml).join("\n")).toMatch(/cidr: 0\.0\.0\.0\/0\n\s+except:\n\s+- 10\.1\.0\.0\/16/);
  });
});

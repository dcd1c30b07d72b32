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

describe("a flow to private addresses", () => {
  const flows = file("flows.yaml", "version: 1\nflows:\n  - { from: data/backup, to: 10.9.0.0/16, ports: 9000/UDP }\n");
  const suggested = (podCidr: string) =>
    reportOf("suggest", flows, "-i", "shop", "--config", file("c.yaml", `version: 1\ncontext: { podCidrs: [${podCidr}] }\n`));

  test("may be one to pods where nothing tells where these are, so that it is not said to be exact", async () => {
    const { code, report } = await reportOf("suggest", flows, "-i", "shop");
    expect({ code, proof: report.proof, problems: report.problems }).toEqual({
      code: 1,
      proof: {
        exact: false,
        differences: ["data/backup → kube-system/coredns UDP 9000 is perhaps allowed as well"],
        assumptions: [expect.stringContaining("give `context.podCidrs`")],
      },
      problems: [expect.stringMatching(/^pods of .* have addresses of 10\.9\.0\.0\/16, or may have: what is allowed for it/)],
    });
  });

  test("is one to nobody else where pods are told to be elsewhere", async () => {
    const { code, report } = await suggested("10.244.0.0/16");
    expect({ code, proof: report.proof, problems: report.problems }).toEqual({
      code: 0,
      proof: { exact: true, differences: [] },
      problems: [],
    });
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
        expect.stringMatching(/^pods are in 10\.0\.0\.0\/8, .*192\.168\.0\.0\/16: the addresses of 2 workloads' pods are not known/),
      ],
    });
    const text = (await netpol("suggest", ...args("version: 1\n"))).stdout.replaceAll("\n# ", " ");
    expect(text).toContain(
      "exactly what was asked for, and nothing else, if pods are in 10.0.0.0/8, 100.64.0.0/10, 172.16.0.0/12 or 192.168.0.0/16",
    );
    const { stdout } = await netpol("suggest", ...args("version: 1\n"), "-o", "markdown");
    expect(stdout).toContain("exactly what was asked for, under an assumption");
  });

  test("except the private ranges where nothing tells the addresses of pods, so that pods are kept out", async () => {
    const { report } = await reportOf("suggest", ...args("version: 1\n"));
    const yaml = report.policies.map((each) => each.yaml).join("---\n");
    expect(yaml).toMatch(
      /cidr: 0\.0\.0\.0\/0\n\s+except:\n\s+- 10\.0\.0\.0\/8\n\s+- 100\.64\.0\.0\/10\n\s+- 172\.16\.0\.0\/12\n\s+- 192\.168\.0\.0\/16/,
    );
    const { report: list } = await reportOf("list", "step-1", file("suggested.yaml", yaml), "--pods-only");
    expect(list.connections).toEqual([]);
  });

  test("keep other rules of the same pods open under the VPC CNI, though its exceptions deny for the whole pod", async () => {
    const flows = file(
      "both.yaml",
      `${wanted}  - { from: backend/nginx, to: frontend/nginx, ports: 8080 }\n  - { from: 10.20.0.0/16, to: frontend/nginx, ports: 9090 }\n`,
    );
    const resource = {
      aws_eks_cluster: { main: { name: "main", version: "1.33" } },
      aws_eks_addon: {
        cni: { addon_name: "vpc-cni", addon_version: "v1.20.1-eksbuild.1", configuration_values: '{"enableNetworkPolicy":"true"}' },
      },
    };
    const cluster = file("cluster.tf.json", JSON.stringify({ resource }));
    const { code, report } = await reportOf("suggest", flows, "-i", "step-1", "-i", cluster);
    expect([code, report.proof.exact]).toEqual([0, true]);
    const yaml = report.policies.map((each) => each.yaml).join("---\n");
    const { report: compared } = await reportOf("divergences", "step-1", cluster, file("suggested.yaml", yaml));
    expect(compared.plugin).toMatchObject({ version: "1.20.1", ipFamily: "IPv4" });
    expect(compared.divergences.flatMap(({ deviations }) => deviations)).toEqual(["hairpin", "hairpin"]);
  });

  test("except the ranges of pods where these are known, and need no assumption", async () => {
    const { report } = await reportOf("suggest", ...args(shopPods));
    expect(report.proof).toEqual({ exact: true, differences: [] });
    expect(report.policies.map(({ yaml }) => yaml).join("\n")).toMatch(/cidr: 0\.0\.0\.0\/0\n\s+except:\n\s+- 10\.1\.0\.0\/16/);
  });
});

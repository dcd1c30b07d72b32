import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { reportSchema } from "../../outputs/report-schema";
import { folderWith, removeFolders } from "./folders";
import { netpolWith } from "./netpol";
import { closedShop, openShop } from "./shop";

afterAll(removeFolders);

const past = { "before/all.yaml": closedShop };
/** `web` can be reached from the internet now: a warning, a change, and an expectation that fails. */
const files = {
  ...past,
  "k8s/all.yaml": openShop,
  "closed.yaml": "version: 1\nexpect: [{ id: closed, deny: { from: internet, to: shop/web } }]\n",
  "open.yaml": "version: 1\nexpect: [{ id: open, allow: { from: 203.0.113.0/24, to: shop/web, ports: 80/TCP } }]\n",
};

async function run(config: string, env: Readonly<Record<string, string>>, args: readonly string[]): Promise<number> {
  const cwd = folderWith({ ...files, "netpol.config.yaml": `version: 1\n${config}` });
  return (await netpolWith({ cwd, env }, "check", "k8s", "--only", "NP201", ...args)).code;
}

describe("the command line wins over the environment, that over the configuration, and that over the default", () => {
  interface Setting {
    readonly name: string;
    readonly config: string;
    readonly variable: string;
    readonly flag: string;
    readonly failing: string;
    readonly passing: string;
    readonly more?: readonly string[];
  }
  const settings: readonly Setting[] = [
    { name: "failOn", config: "failOn: warning", variable: "NETPOL_FAIL_ON", flag: "--fail-on", failing: "warning", passing: "error" },
    {
      name: "failOnChange",
      config: "failOnChange: added",
      variable: "NETPOL_FAIL_ON_CHANGE",
      flag: "--fail-on-change",
      failing: "added",
      passing: "none",
      more: ["--before", "before"],
    },
    {
      name: "expectations",
      config: "expectations: [closed.yaml]",
      variable: "NETPOL_EXPECTATIONS",
      flag: "-e",
      failing: "closed.yaml",
      passing: "open.yaml",
    },
  ];

  test.each(settings)("$name", async ({ config, variable, flag, failing, passing, more = [] }) => {
    expect(await run("", {}, more)).toBe(0);
    expect(await run(config, {}, more)).toBe(1);
    expect(await run(config, { [variable]: passing }, more)).toBe(0);
    expect(await run("", { [variable]: failing }, more)).toBe(1);
    expect(await run("", { [variable]: failing }, [flag, passing, ...more])).toBe(0);
    expect(await run("", { [variable]: passing }, [flag, failing, ...more])).toBe(1);
    expect(await run(config, { [variable]: failing }, [flag, passing, ...more])).toBe(0);
  });

  test("rules: the command line changes single ones of those that are configured", async () => {
    const both = "rules: { NP201: error, NP205: info }";
    expect(await run(both, {}, [])).toBe(1);
    expect(await run(both, {}, ["--rule", "NP205=warning"])).toBe(1);
    expect(await run(both, {}, ["--rule", "NP201=info"])).toBe(0);
    expect(await run("rules: { NP201: { severity: error } }", {}, [])).toBe(1);
  });

  test("output: another one replaces those that are configured", async () => {
    const cwd = folderWith({ ...files, "netpol.config.yaml": "version: 1\noutput: [csv]\n" });
    const first = async (env: Readonly<Record<string, string>>, ...args: readonly string[]): Promise<string> =>
      (await netpolWith({ cwd, env }, "check", "k8s", ...args)).stdout.slice(0, 5);
    const [csv, xml, json] = [
      await first({}),
      await first({ NETPOL_OUTPUT: "junit" }),
      await first({ NETPOL_OUTPUT: "junit" }, "-o", "json"),
    ];
    expect(csv).not.toBe(xml);
    expect([xml, json]).toEqual(["<?xml", '{\n  "']);
  });

  test("baseline: each of the three names one", async () => {
    const cwd = folderWith({ ...files, "netpol.config.yaml": "version: 1\nfailOn: warning\nbaseline: there.json\n" });
    const only = ["--only", "NP201"];
    expect((await netpolWith({ cwd }, "baseline", "create", "k8s", ...only, "-o", "there.json")).code).toBe(0);
    expect((await netpolWith({ cwd }, "baseline", "create", "before", ...only, "-o", "empty.json")).code).toBe(0);
    const check = async (env: Readonly<Record<string, string>>, ...args: readonly string[]): Promise<number> =>
      (await netpolWith({ cwd, env }, "check", "k8s", ...only, ...args)).code;
    expect(await check({})).toBe(0);
    expect(await check({ NETPOL_BASELINE: "empty.json" })).toBe(1);
    expect(await check({ NETPOL_BASELINE: "empty.json" }, "--baseline", "there.json")).toBe(0);
  });

  test("inputs: those of the command line replace those that are configured", async () => {
    const cwd = folderWith({ ...files, "netpol.config.yaml": "version: 1\ninputs: [k8s]\nfailOn: warning\n" });
    expect((await netpolWith({ cwd }, "check", "--only", "NP201")).code).toBe(1);
    expect((await netpolWith({ cwd }, "check", "before", "--only", "NP201")).code).toBe(0);
  });

  test("the configuration itself: named, by the environment, or the nearest one upwards", async () => {
    const cwd = folderWith({ ...files, "netpol.config.yaml": "version: 1\nfailOn: warning\n", "other.yaml": "version: 1\n" });
    mkdirSync(join(cwd, "deep", "er"), { recursive: true });
    const check = async (env: Readonly<Record<string, string>>, ...args: readonly string[]): Promise<number> =>
      (await netpolWith({ cwd: join(cwd, "deep", "er"), env }, "check", "../../k8s", "--only", "NP201", ...args)).code;
    expect(await check({})).toBe(1);
    expect(await check({ NETPOL_CONFIG: "../../other.yaml" })).toBe(0);
    expect(await check({ NETPOL_CONFIG: "../../other.yaml" }, "-c", "../../netpol.config.yaml")).toBe(1);
  });

  test("it may be JSON, or a part of package.json", async () => {
    const json = folderWith({ ...files, "netpol.config.json": { version: 1, failOn: "warning" } });
    const manifest = folderWith({ ...files, "package.json": { name: "shop", netpol: { version: 1, failOn: "warning" } } });
    for (const cwd of [json, manifest]) expect((await netpolWith({ cwd }, "check", "k8s", "--only", "NP201")).code).toBe(1);
  });
});

test("what is not known: an expectation that cannot be decided gives 3, unless that is ignored", async () => {
  const cwd = folderWith({
    "plan/cdk.tf.json": {
      resource: {
        kubernetes_namespace_v1: { shop: { metadata: { name: "shop" } } },
        kubernetes_pod_v1: {
          web: { metadata: { name: "web", namespace: "shop", labels: { app: "web" } }, spec: { container: [{ name: "m" }] } },
        },
        kubernetes_network_policy_v1: {
          some: {
            metadata: { name: "some", namespace: "shop" },
            spec: { pod_selector: { match_labels: { app: "${aws_vpc.main.id}" } }, policy_types: ["Ingress"] },
          },
        },
        aws_vpc: { main: { cidr_block: "10.0.0.0/16" } },
      },
    },
    "flows.yaml": "version: 1\nexpect: [{ id: open, allow: { from: internet, to: shop/web, ports: 80/TCP } }]\n",
  });
  const check = async (...args: readonly string[]): Promise<number> =>
    (await netpolWith({ cwd }, "check", "plan/cdk.tf.json", "--only", "NP201", "-e", "flows.yaml", ...args)).code;
  expect(await check()).toBe(3);
  expect(await check("--unknown", "strict")).toBe(3);
  expect(await check("--unknown", "ignore")).toBe(0);
  writeFileSync(join(cwd, "netpol.config.yaml"), "version: 1\nunknown: ignore\n");
  expect(await check()).toBe(0);
  expect(await check("--unknown", "warn")).toBe(3);
  const args = ["check", "plan/cdk.tf.json", "--only", "NP201", "-e", "flows.yaml"];
  expect((await netpolWith({ cwd, env: { NETPOL_UNKNOWN: "warn" } }, ...args)).code).toBe(3);
  expect((await netpolWith({ cwd, env: { NETPOL_UNKNOWN: "warn" } }, ...args, "--unknown", "ignore")).code).toBe(0);
});

describe("a configuration with a mistake is one error with its place", () => {
  test.each([
    ["failOnChanges: any", "netpol.config.yaml:2:1: unknown key `failOnChanges`; did you mean `failOnChange`?"],
    ["context: { podCidr: [] }", "netpol.config.yaml:2:12: unknown key `podCidr`; did you mean `podCidrs`? (context)"],
    ["failOn: fatal", "netpol.config.yaml:2:1: "],
    ["suppressions: [{ id: NP201, reason: because, expires: 2027-01-01 }]", "a reason of at least 10 characters is needed"],
    ["suppressions: [{ id: NP201, reason: because it is so }]", "`expires` is missing"],
    ["output: [yaml]", "is no output: write text"],
    ["rules: { NP999: off }", "`NP999` is no rule"],
    ["inputs: [", "`netpol.config.yaml` is not YAML"],
  ])("%s", async (config, message) => {
    const cwd = folderWith({ ...files, "netpol.config.yaml": `version: 1\n${config}\n` });
    const { code, stdout, stderr } = await netpolWith({ cwd }, "check", "k8s");
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(stderr).toContain(message);
    expect(stderr).not.toContain("    at ");
  });
});

test("findings about excluded namespaces are left out", async () => {
  const cwd = folderWith({ ...files, "netpol.config.yaml": "version: 1\nexclude: { namespaces: [sh*] }\n" });
  const report = reportSchema.parse(JSON.parse((await netpolWith({ cwd }, "check", "k8s", "-o", "json")).stdout));
  expect(report.kind === "check" && report.findings).toEqual([]);
});

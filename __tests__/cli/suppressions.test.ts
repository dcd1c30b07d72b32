import { reportSchema } from "../../outputs/report-schema";
import { folderWith, removeFolders } from "./folders";
import { netpolWith } from "./netpol";
import { closedShop, onlyInternet, openShop, publicWeb } from "./shop";

afterAll(removeFolders);

const reason = "the entrance is public, and stands behind a firewall";
const today = "2027-01-01";

const inConfig = (expires: string, match = "{ namespace: shop, name: pub* }"): string =>
  `version: 1\nsuppressions:\n  - { id: NP201, match: ${match}, reason: "${reason}", expires: ${expires}, owner: team-shop }\n`;
const annotated = (expires: string): string =>
  openShop.replace("  name: public\n", `  name: public\n  annotations: { netpol.dev/ignore.NP201: "${reason}; expires=${expires}" }\n`);
const commented = (expires: string, text = reason): string =>
  openShop.replace(publicWeb, `# netpol-ignore NP201 ${text} expires=${expires}\n${publicWeb}`);
const constructed = (expires: string): object => planned({ "//": { netpol: { suppress: { id: "NP201", reason, expires } } } });
const planned = (marks: object): object => ({
  resource: {
    kubernetes_namespace_v1: { shop: { metadata: { name: "shop" } } },
    kubernetes_pod_v1: {
      web: { metadata: { name: "web", namespace: "shop", labels: { app: "web" } }, spec: { container: [{ name: "m" }] } },
    },
    kubernetes_network_policy_v1: {
      public: {
        ...marks,
        metadata: { name: "public", namespace: "shop" },
        spec: {
          pod_selector: { match_labels: { app: "web" } },
          policy_types: ["Ingress"],
          ingress: [{ from: [{ ip_block: { cidr: "0.0.0.0/0" } }] }],
        },
      },
    },
  },
});

async function check(files: Readonly<Record<string, string | object>>, ...args: readonly string[]) {
  const cwd = folderWith(files);
  const input = Object.keys(files).find((name) => name !== "netpol.config.yaml") ?? "";
  const { stdout, stderr } = await netpolWith(
    { cwd, env: { NETPOL_TODAY: today } },
    "check",
    input,
    ...onlyInternet,
    "-o",
    "json",
    ...args,
  );
  const report = stdout === "" ? undefined : reportSchema.parse(JSON.parse(stdout));
  if (report?.kind !== "check") throw new Error(stderr);
  return report.findings.map(({ code, status, suppression }) =>
    [code, status, ...(suppression === undefined ? [] : [suppression.source])].join(" "),
  );
}

const sources = {
  config: (expires: string) => ({ "all.yaml": openShop, "netpol.config.yaml": inConfig(expires) }),
  annotation: (expires: string) => ({ "all.yaml": annotated(expires) }),
  comment: (expires: string) => ({ "all.yaml": commented(expires) }),
  construct: (expires: string) => ({ "cdk.tf.json": constructed(expires) }),
} as const;

describe.each(Object.entries(sources))("a suppression in the %s", (source, files) => {
  test("counts until its day", async () => {
    expect(await check(files("2027-06-01"))).toEqual([`NP201 suppressed ${source}`]);
  });

  test("counts on its last day, and is announced two weeks before", async () => {
    expect(await check(files(today))).toEqual([`NP201 suppressed ${source}`, "NP904 new"]);
    expect(await check(files("2027-01-15"))).toEqual([`NP201 suppressed ${source}`, "NP904 new"]);
    expect(await check(files("2027-01-16"))).toEqual([`NP201 suppressed ${source}`]);
  });

  test("counts no more the day after, and is reported", async () => {
    expect(await check(files("2026-12-31"))).toEqual(["NP201 new", "NP901 new"]);
  });

  test("that lasts longer than a year does not count", async () => {
    expect(await check(files("2028-01-02"))).toEqual(["NP201 new", "NP903 new"]);
  });

  test("can be disallowed", async () => {
    expect(await check(files("2027-06-01"), "--disallow-suppressions", source)).toEqual(["NP201 new"]);
  });
});

describe("a suppression that suppresses nothing", () => {
  test("is reported, but not where its rule was not run", async () => {
    const unused = { "all.yaml": closedShop, "netpol.config.yaml": inConfig("2027-06-01") };
    expect(await check(unused)).toEqual(["NP902 new"]);
    expect(await check(unused, "--skip", "NP201")).toEqual([]);
    expect(await check(unused, "--rule", "NP201=off")).toEqual([]);
  });

  test("is not that of another object", async () => {
    const other = { "all.yaml": openShop, "netpol.config.yaml": inConfig("2027-06-01", "{ name: web }") };
    expect(await check(other)).toEqual(["NP201 new", "NP902 new"]);
  });

  test("can be switched off as a rule, or made to fail", async () => {
    const unused = { "all.yaml": closedShop, "netpol.config.yaml": inConfig("2027-06-01") };
    expect(await check(unused, "--rule", "NP902=off")).toEqual([]);
    const cwd = folderWith(unused);
    const args = ["check", "all.yaml", ...onlyInternet, "--rule", "NP902=error"];
    expect((await netpolWith({ cwd, env: { NETPOL_TODAY: today } }, ...args)).code).toBe(1);
  });
});

describe("a suppression that lacks something does not count and fails the gate", () => {
  test.each([
    ["no reason", commented("2027-06-01", "")],
    ["a reason of one word", commented("2027-06-01", "later")],
    ["no end", commented("").replace(" expires=", "")],
    ["a day there is not", commented("2027-02-30")],
    ["a rule there is not", commented("2027-06-01").replace("NP201", "NP999")],
    ["the tool itself", commented("2027-06-01").replace("NP201", "NP902")],
  ])("%s", async (_, text) => {
    expect(await check({ "all.yaml": text })).toEqual(["NP201 new", "NP903 new"]);
    const { code } = await netpolWith({ cwd: folderWith({ "all.yaml": text }) }, "check", "all.yaml", ...onlyInternet);
    expect(code).toBe(1);
  });
});

describe("netpol suppressions", () => {
  const cwd = (): string =>
    folderWith({
      "all.yaml": [
        annotated("2027-01-10").trimEnd(),
        publicWeb.replace("name: public", "name: other").replace(/^/, `# netpol-ignore NP201 ${reason} expires=2026-12-31\n`).trimEnd(),
        "",
      ].join("\n---\n"),
      "netpol.config.yaml": inConfig("2027-11-01", "{ name: gone }"),
    });
  const list = (...args: readonly string[]) =>
    netpolWith({ cwd: cwd(), env: { NETPOL_TODAY: today } }, "suppressions", "all.yaml", "-o", "csv", ...args);

  test("lists them with what has become of each", async () => {
    const { code, stdout } = await list();
    const rows = stdout.trimEnd().split(/\r?\n/);
    expect(code).toBe(0);
    expect(
      rows
        .slice(1)
        .map((row) => row.split(",").slice(0, 2).join(" "))
        .sort(),
    ).toEqual(["expired NP201", "expires-soon NP201", "unused NP201"]);
    expect(stdout).toContain("team-shop");
  });

  test("only those that run out soon, where that is asked for", async () => {
    const states = async (within: string): Promise<number> =>
      (await list("--expired-within", within)).stdout.trimEnd().split(/\r?\n/).length - 1;
    expect([await states("0d"), await states("30d"), await states("365")]).toEqual([1, 2, 3]);
    expect((await list("--expired-within", "soon")).code).toBe(2);
  });

  test("says what it cannot judge", async () => {
    const { stdout } = await list("--skip", "NP201");
    expect(stdout.match(/^not-run/gm)).toHaveLength(2);
  });
});

describe("a suppression in the config that names an object and an address", () => {
  const at = (match: string) => ({ "cdk.tf.json": planned({}), "netpol.config.yaml": inConfig("2027-06-01", match) });

  test("counts where both fit", async () => {
    expect(await check(at("{ name: public, address: 'kubernetes_network_policy_v1.*' }"))).toEqual(["NP201 suppressed config"]);
  });

  test.each(["{ name: '*', address: module.staging.nothing }", "{ name: gone, address: 'kubernetes_network_policy_v1.*' }"])(
    "is one of something else where only one fits: %s",
    async (match) => {
      expect(await check(at(match))).toEqual(["NP201 new", "NP902 new"]);
    },
  );
});

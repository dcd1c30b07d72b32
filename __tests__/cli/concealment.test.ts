import fc from "fast-check";
import { concealment } from "../../cli/concealment";
import { IpSet } from "../../engine/sets/ip-set";
import { cidrsOf } from "../../engine/report";
import { addressForms, type SensitiveValue, type Snapshot } from "../../inputs";
import { planOf } from "../inputs/read-one";
import { folderWith, removeFolders } from "./folders";
import { netpolWith } from "./netpol";

afterAll(removeFolders);

const snapshot = (sensitive: readonly SensitiveValue[], names: readonly string[] = []): Snapshot => ({
  resources: [],
  objects: [
    { object: {}, location: {}, sensitive },
    ...names.map((name) => ({ object: { metadata: { name, namespace: "shop" } }, location: {} })),
  ],
});
const secret = (text: string, isName = false): SensitiveValue => ({ text, isName });
const conceal = (text: string, sensitive: readonly SensitiveValue[], names: readonly string[] = []): string =>
  concealment([snapshot(sensitive, names)])(text);

describe("a sensitive text", () => {
  test.each([
    ["`app=hunter2` matches", "`app=(sensitive)` matches"],
    ["app in (a, hunter2)", "app in (a, (sensitive))"],
    ["hunter2.", "(sensitive)."],
    ["hunter22 and my-hunter2 and hunter2.example", "hunter22 and my-hunter2 and hunter2.example"],
  ])("is hidden in %j wherever it is a word", (text, shown) => {
    expect(conceal(text, [secret("hunter2")])).toBe(shown);
  });

  it("stays where it is the name of an object, and is hidden where it is the value of a label", () => {
    const report = {
      to: "shop/api",
      text: "shop/api {app=api, tier in (db, api)}",
      yaml: "\n  name: api\n  app: api\n",
      matchLabels: { app: "api" },
    };
    expect(concealment([snapshot([secret("api")], ["api"])])(report)).toEqual({
      to: "shop/api",
      text: "shop/api {app=(sensitive), tier in (db, (sensitive))}",
      yaml: "\n  name: api\n  app: (sensitive)\n",
      matchLabels: { app: "(sensitive)" },
    });
    expect(conceal("shop/api", [secret("api", true)], ["api"])).toBe("shop/(sensitive)");
  });

  it("is no word of the report's own, and no place", () => {
    const report = { kind: "denied", outcome: "denied", location: { file: "denied.json" }, message: "denied" };
    expect(concealment([snapshot([secret("denied")])])(report)).toEqual({ ...report, message: "(sensitive)" });
  });

  it("changes nothing where there is none", () => {
    const report = { message: "hunter2" };
    expect(concealment([snapshot([])])(report)).toBe(report);
  });
});

describe("a sensitive block of addresses", () => {
  const block = fc
    .tuple(fc.nat(0xffffffff), fc.integer({ min: 1, max: 32 }))
    .map(([value, prefix]) => `${[24, 16, 8, 0].map((shift) => (value >>> shift) & 255).join(".")}/${String(prefix)}`);

  it("cannot be told from what is printed of it, of everything else, or of their ends", () => {
    fc.assert(
      fc.property(block, (cidr) => {
        const inside = IpSet.cidr(cidr);
        const outside = IpSet.cidr("0.0.0.0/0").subtract(inside);
        for (const set of [inside, outside]) {
          const ends = set
            .toString()
            .split(/[-,]/)
            .filter((end) => end !== "" && end !== "0.0.0.0" && end !== "255.255.255.255");
          for (const end of [...ends, ...cidrsOf(set)])
            expect(conceal(`from ${end}: denied`, [secret(cidr)])).toBe("from (sensitive): denied");
        }
      }),
    );
  });

  test.each(["0.0.0.0/0", "::/0"])("that is every address has no form but itself: %s", (cidr) => {
    expect(addressForms(cidr)).toEqual([]);
  });
});

describe("a plan with sensitive labels and blocks", () => {
  const [label, cidr] = ["s3cr3t-value", "192.0.2.64/26"];
  const pod = (name: string, namespace: string, labels: Readonly<Record<string, string>>): object => ({
    metadata: [{ name, namespace, labels }],
    spec: [{ container: [{ name: "c", port: [{ container_port: 80 }] }] }],
  });
  const spec = {
    pod_selector: [{ match_labels: { team: label } }],
    policy_types: ["Ingress"],
    ingress: [{ from: [{ ip_block: [{ cidr }] }], ports: [] }],
  };
  const mask = { spec: [{ pod_selector: [{ match_labels: true }], ingress: [{ from: [{ ip_block: [{ cidr: true }] }] }] }] };
  const plan = planOf([
    { type: "kubernetes_pod_v1", name: "web", after: pod("web", "front", { app: "web" }) as never },
    {
      type: "kubernetes_pod_v1",
      name: "api",
      after: pod("api", "back", { team: label }) as never,
      sensitive: { metadata: [{ labels: true }] },
    },
    {
      type: "kubernetes_network_policy_v1",
      name: "p",
      after: { metadata: [{ name: "p", namespace: "back" }], spec: [spec] },
      sensitive: mask,
    },
  ]);
  const flows = "version: 1\nflows:\n  - { from: front/web, to: back/api, ports: [80] }\n";

  test.each([
    ["check", "in.json"],
    ["check", "in.json", "--fail-on", "info"],
    ["diff", "in.json"],
    ["list", "in.json"],
    ["matrix", "in.json"],
    ["exposure", "in.json"],
    ["explain", "front/web", "back/api:80", "in.json"],
    ["explain", "192.0.2.1", "back/api:80", "in.json"],
    ["explain", "0.0.0.0/0", "back/api:80", "in.json"],
    ["suggest", "flows.yaml", "-i", "in.json"],
  ])("shows none of them in any format: %s %s %s", async (...words) => {
    const cwd = folderWith({ "in.json": plan, "flows.yaml": flows });
    for (const format of ["text", "json", "markdown"]) {
      const { stdout, stderr } = await netpolWith({ cwd }, ...words, "-o", format);
      expect(`${stdout}${stderr}`).not.toMatch(/s3cr3t|192\.0\.2\.(?:64|127|128|63)/);
      expect(stderr).not.toMatch(/defect/);
    }
  });

  it("shows none of them in what it refuses", async () => {
    const broken = planOf([
      {
        type: "kubernetes_network_policy_v1",
        after: { metadata: [{ name: "p" }], spec: [{ ...spec, pod_selector: [{ match_labels: { team: "s3cr3t value" } }] }] },
        sensitive: mask,
      },
    ]);
    const { code, stdout, stderr } = await netpolWith({ cwd: folderWith({ "in.json": broken }) }, "check", "in.json");
    expect([code, stdout]).toEqual([2, ""]);
    expect(stderr).toContain("would be rejected");
    expect(stderr).not.toContain("s3cr3t");
  });
});

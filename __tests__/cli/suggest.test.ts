import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { parseConnections, portRanges } from "../../cli/query/connection-text";
import { ConnectionSet, PortSet } from "../../engine";
import { protocols } from "../../engine/model";
import { check } from "../property-runs";
import { netpol, netpolProcess } from "./netpol";
import { expectRefusal, reportOf } from "./report-of";

const folder = mkdtempSync(join(tmpdir(), "netpol-suggest-"));
afterAll(() => {
  rmSync(folder, { recursive: true });
});

function file(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

/** Says where pods are, so that addresses elsewhere are nobody's of the cluster. */
const podRanges = ["--config", file("netpol.config.yaml", "version: 1\ncontext: { podCidrs: [10.244.0.0/16] }\n")];

/** Who reaches whom in the pod network of the shop when only these policies are there. */
async function reachedWith(yaml: string): Promise<readonly string[]> {
  const { report } = await reportOf(
    "list",
    join("shop", "workloads.yaml"),
    file("suggested.yaml", yaml),
    ...["--focus", "shop", "--focus", "data"],
    ...podRanges,
  );
  return report.connections.map(({ from, to, connections }) => `${from.name} → ${to.name} ${connections.certain}`);
}

describe("the experiment: what step 3 opens, as least privilege", () => {
  const wanted = "version: 1\nflows:\n  - { from: frontend/nginx, to: 'svc/backend/nginx:80' }\n";

  test("the policies allow exactly the flow, and say so", async () => {
    const { code, stdout, stderr } = await netpol("suggest", file("flows.yaml", wanted), "-i", "step-1");
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(stdout).toMatchSnapshot();
    const policies = file("step.yaml", stdout);
    const { report } = await reportOf("list", "step-1", policies);
    expect(report.connections).toMatchObject([
      { from: { name: "frontend/nginx" }, to: { name: "backend/nginx" }, connections: { certain: "TCP 80" } },
    ]);
    expect(report.connections).toHaveLength(1);
  });

  test("as Markdown", async () => {
    const { code, stdout } = await netpol("suggest", file("flows.yaml", wanted), "-i", "step-3", "-o", "markdown");
    expect(code).toBe(0);
    expect(stdout).toMatchSnapshot();
  });
});

describe("flows as YAML", () => {
  test("names, patterns, Services, named ports and addresses are looked up in the input", async () => {
    const flows = file(
      "all.yaml",
      `version: 1
flows:
  - { from: shop/web, to: shop/api, ports: [8000, metrics] }
  - { from: "shop/*", to: svc/data/db, ports: 5432, because: the shop keeps its orders there }
  - { from: [192.168.0.0/16, 172.16.0.1], to: "shop/web:http" }
  - { from: data/backup, to: "10.9.0.0/16", ports: 9000-9010/UDP }
`,
    );
    const { code, report } = await reportOf("suggest", flows, "-i", "shop", ...podRanges);
    expect({ code, proof: report.proof, problems: report.problems }).toEqual({
      code: 0,
      proof: { exact: true, differences: [] },
      problems: [],
    });
    const lines = await reachedWith(report.policies.map(({ yaml }) => yaml).join("---\n"));
    expect([...lines].sort()).toEqual(
      [
        "shop/web → shop/api TCP 8000,9090",
        "shop/web → data/db TCP 5432",
        "shop/api → data/db TCP 5432",
        "172.16.0.1/32, 192.168.0.0/16 → shop/web TCP 8080",
        "data/backup → 10.9.0.0/16 UDP 9000-9010",
      ].sort(),
    );
  });

  test("a pattern may have a port, and `all` is every port of every protocol", async () => {
    const flows = file(
      "pattern.yaml",
      "version: 1\nflows:\n  - { from: data/backup, to: 'shop/*:443' }\n  - { from: data/db, to: shop/api, ports: all }\n",
    );
    const { code, report } = await reportOf("suggest", flows, "-i", "shop");
    expect(code).toBe(0);
    expect([...(await reachedWith(report.policies.map(({ yaml }) => yaml).join("---\n")))].sort()).toEqual(
      ["data/backup → shop/api TCP 443", "data/backup → shop/web TCP 443", "data/db → shop/api all"].sort(),
    );
  });

  test("`dns: true` and `--dns` let every pod resolve names", async () => {
    const flows = "version: 1\nflows:\n  - { from: shop/web, to: 'shop/api:8000' }\n";
    const written = await reportOf("suggest", file("dns.yaml", `${flows}dns: true\n`), "-i", "shop");
    const flag = await reportOf("suggest", file("flows.yaml", flows), "-i", "shop", "--dns");
    expect(flag.report.policies).toEqual(written.report.policies);
    expect(written.report.policies.map(({ ref }) => ref.name)).toContain("allow-dns");
    const without = await reportOf("suggest", file("flows.yaml", flows), "-i", "shop");
    expect(without.report.notes.map(({ message }) => message).join()).toContain("no flow goes to a name server");
  });

  test("`namespaces` and `--namespace` close more than the flows' ends", async () => {
    const flows = "version: 1\nflows:\n  - { from: shop/web, to: 'shop/api:8000' }\n";
    const { report } = await reportOf(
      "suggest",
      file("more.yaml", `${flows}namespaces: [data]\n`),
      "-i",
      "shop",
      "--namespace",
      "kube-system",
    );
    expect(report.policies.filter(({ ref }) => ref.name === "default-deny").map(({ ref }) => ref.namespace)).toEqual([
      "data",
      "kube-system",
      "shop",
    ]);
  });
});

describe("flows from what flows today", () => {
  test.each(["step-1", "step-2", "step-3", "shop"])("the list of %s gives policies that allow exactly it", async (input) => {
    const list = await netpol("list", input, "-o", "json");
    const { code, report } = await reportOf("suggest", "--from-list", file("list.json", list.stdout), "-i", input);
    expect({ code, proof: report.proof }).toMatchObject({ code: 0, proof: { exact: true, differences: [] } });
  });

  test("lines of a log, by address, name and Service, each flow once", async () => {
    const log = file(
      "flows.log",
      "src dst proto port\n10.1.0.7 data/db 6 5432\n10.1.0.7   data/db TCP 5432 # again\n\nshop/api svc/data/db tcp 5432\n192.0.2.7 shop/web tcp 8080\n",
    );
    const { code, report } = await reportOf("suggest", "--from-list", log, "-i", "shop");
    expect(code).toBe(0);
    expect([...(await reachedWith(report.policies.map(({ yaml }) => yaml).join("---\n")))].sort()).toEqual(
      ["data/backup → data/db TCP 5432", "shop/api → data/db TCP 5432", "192.0.2.7/32 → shop/web TCP 8080"].sort(),
    );
  });

  test("a log on standard input", () => {
    const { code, stdout } = netpolProcess(["suggest", "--from-list", "-", "-i", "step-1"], {
      input: "frontend/nginx backend/nginx tcp 80\n",
    });
    expect(code).toBe(0);
    expect(stdout).toContain("# these policies allow exactly what was asked for, and nothing else");
  }, 30_000);
});

describe("what cannot be exact is exit code 1, and said", () => {
  test("ends that have the same labels", async () => {
    const twins = file(
      "twins.yaml",
      ["one", "two"]
        .map(
          (name) =>
            `apiVersion: v1\nkind: Pod\nmetadata: { namespace: frontend, name: ${name}, labels: { app: twin } }\nspec: { containers: [] }\n`,
        )
        .join("---\n"),
    );
    const flows = file("twin-flows.yaml", "version: 1\nflows:\n  - { from: frontend/one, to: 'backend/nginx:80' }\n");
    const { code, report } = await reportOf("suggest", flows, "-i", "step-1", "-i", twins);
    expect(code).toBe(1);
    expect(report.proof).toEqual({ exact: false, differences: ["frontend/two → backend/nginx TCP 80 is allowed as well"] });
    expect(report.problems).toEqual([
      "frontend/one cannot be told apart from frontend/two by labels: what is allowed for it is allowed for them",
    ]);
    const text = await netpol("suggest", flows, "-i", "step-1", "-i", twins);
    expect(text.code).toBe(1);
    expect(text.stdout).toContain(
      "# these policies differ from what was asked for:\n# - frontend/two → backend/nginx TCP 80 is allowed as well",
    );
  });

  test("a flow between two addresses", async () => {
    const flows = file(
      "outside.yaml",
      "version: 1\nflows:\n  - { from: 192.0.2.1, to: '192.0.2.2:80' }\n  - { from: frontend/nginx, to: 'backend/nginx:80' }\n",
    );
    const { code, report } = await reportOf("suggest", flows, "-i", "step-1");
    expect(code).toBe(1);
    expect(report.problems).toEqual(["192.0.2.1 → 192.0.2.2 TCP 80 is nothing a policy can allow: neither end is a pod"]);
  });

  test("name resolution by pods that are not there", async () => {
    const flows = file(
      "dns.yaml",
      "version: 1\nflows:\n  - { from: frontend/nginx, to: 'backend/nginx:80' }\ndns: { namespace: names, pods: { app: dns } }\n",
    );
    const { code, report } = await reportOf("suggest", flows, "-i", "step-1");
    expect(code).toBe(1);
    expect(report.problems).toEqual([
      "no pod of namespace names is certainly the name server (app=dns), so that name resolution is not proven",
    ]);
  });
});

test("connections are read as they are written", () => {
  const ranges = fc.array(
    fc
      .tuple(fc.constantFrom(...protocols), fc.integer({ min: 1, max: 65535 }), fc.nat(65535))
      .map(([protocol, from, width]) => ConnectionSet.of(protocol, PortSet.of(from, Math.min(65535, from + width)))),
    { maxLength: 6 },
  );
  check(
    "connections as text",
    300,
    fc.property(ranges, (sets) => {
      const set = sets.reduce((all, each) => all.union(each), ConnectionSet.none);
      expect(parseConnections(set.toString())?.toString()).toBe(set.toString());
      const again = portRanges(set).reduce(
        (all, { protocol, from, to }) => all.union(ConnectionSet.of(protocol, PortSet.of(from, to))),
        ConnectionSet.none,
      );
      expect(again.equals(set)).toBe(true);
    }),
  );
});

test.each(["TCP", "TCP 0", "TCP 80-79", "TCP 65536", "ICMP all", "TCP 80; ", "TCP 80 81", ""])("`%s` is no set of connections", (text) => {
  expect(parseConnections(text)).toBeUndefined();
});

describe("bad usage is one error, exit code 2, and nothing on standard output", () => {
  const head = "version: 1\nflows:\n";

  test.each([
    [
      "a name that is not there, with its line",
      `${head}  - { from: shop/wbe, to: 'shop/api:80' }\n`,
      "flows.yaml:3: workload `shop/wbe` is not there",
    ],
    [
      "no port",
      `${head}  - { from: shop/web, to: shop/api }\n`,
      "flows.yaml:3: `shop/api` is asked for without a port; name it, or say `ports: all`",
    ],
    ["two ports", `${head}  - { from: shop/web, to: 'shop/api:80', ports: 81 }\n`, "the port of `shop/api:80` is there twice"],
    ["a port that is none", `${head}  - { from: shop/web, to: shop/api, ports: 0 }\n`, "flows.yaml:3: `0` is not a range of ports"],
    [
      "a source with a port",
      `${head}  - { from: 'shop/web:80', to: 'shop/api:80' }\n`,
      "`shop/web:80` has a port, but the port is the destination's",
    ],
    ["a Service as source", `${head}  - { from: svc/shop/web, to: 'shop/api:80' }\n`, "`svc/shop/web` is a Service, which only receives"],
    [
      "a range of a Service",
      `${head}  - { from: shop/api, to: svc/shop/web, ports: 80-90 }\n`,
      "`svc/shop/web` is a Service, whose ports are single ones",
    ],
    ["a key nobody knows", `${head}  - { from: shop/web, to: 'shop/api:80', prots: 80 }\n`, "unknown key `prots`"],
    ["no flow", "version: 1\nflows: []\n", "flows.yaml:2"],
    ["an empty file", "", "is empty"],
    ["broken YAML", "version: 1\nflows: [\n", "is not YAML"],
  ])("%s", async (_, text, message) => {
    await expectRefusal(["suggest", file("flows.yaml", text), "-i", "shop"], message);
  });

  test.each([
    ["a line of a log that is none", "shop/web shop/api tcp\n", "list.txt:1: a line is `SOURCE DESTINATION PROTOCOL PORT`"],
    ["a protocol without ports", "shop/web shop/api icmp 0\n", "list.txt:1: a line is"],
    ["a log of nothing", "# nothing\n", "list.txt` holds no flow"],
    ["another report", `{"kind":"diff"}`, "list.txt` is not what `netpol list -o json` writes"],
    ["broken JSON", "{", "list.txt` is not JSON"],
  ])("%s", async (_, text, message) => {
    await expectRefusal(["suggest", "--from-list", file("list.txt", text), "-i", "shop"], message);
  });

  test("a list of statements, which name no single ends", async () => {
    const { stdout } = await netpol("list", "shop", "--minimal", "-o", "json");
    await expectRefusal(
      ["suggest", "--from-list", file("minimal.json", stdout), "-i", "shop"],
      "is no single end; write the list without `--minimal`",
    );
  });

  test("no flows at all, and standard input twice", async () => {
    await expectRefusal(["suggest", "-i", "shop"], "no flows are named; give a file of flows, or `--from-list`");
    await expectRefusal(["suggest", "-", "-i", "-"], "standard input can be read once");
    await expectRefusal(["suggest", "shop", "-i", "shop"], "`shop` is a folder; name one file of flows");
  });
});

/** Blocks of addresses as ends: one answer where it is one, otherwise one for each part, and never one that is not true of every address. */
import { join } from "node:path";
import fc from "fast-check";
import { blockMembers } from "../../cli/query/block-members";
import { evaluate, formatAddress, IpSet, verdict, type Verdict } from "../../engine";
import type { Cluster, Endpoint, Workload } from "../../engine/model";
import { anyCluster } from "../arbitraries/cluster";
import { check } from "../property-runs";
import { folderWith, removeFolders } from "./folders";
import { netpol, netpolWith } from "./netpol";
import { expectRefusal, reportOf } from "./report-of";

afterAll(removeFolders);

const cluster = `apiVersion: v1
kind: Node
metadata: { name: node-1 }
status: { addresses: [{ type: InternalIP, address: 10.0.1.4 }] }
---
apiVersion: v1
kind: Namespace
metadata: { name: shop }
---
apiVersion: v1
kind: Pod
metadata: { namespace: shop, name: web, labels: { app: web } }
spec: { nodeName: node-1, containers: [{ name: main, image: nginx }] }
status: { podIP: 10.0.1.9, podIPs: [{ ip: 10.0.1.9 }] }
---
apiVersion: v1
kind: Pod
metadata: { namespace: shop, name: db, labels: { app: db } }
spec: { nodeName: node-1, containers: [{ name: main, image: nginx }] }
status: { podIP: 10.0.1.10, podIPs: [{ ip: 10.0.1.10 }] }
---
apiVersion: v1
kind: Service
metadata: { namespace: shop, name: web }
spec: { clusterIP: 10.0.1.77, selector: { app: web }, ports: [{ port: 80 }] }
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { namespace: shop, name: from-office }
spec:
  podSelector: {}
  ingress:
    - from: [{ ipBlock: { cidr: 10.0.0.0/16, except: [10.0.2.0/24] } }]
      ports: [{ port: 80 }]
`;

const cwd = folderWith({ "cluster.yaml": cluster });
const file = join(cwd, "cluster.yaml");
const explained = (...args: readonly string[]) => reportOf("explain", ...args, "-i", file);

const workloadEndpoint = (workload: Workload): Endpoint => ({ kind: "workload", workload });

/** The lowest and the highest address of every range of a set. */
const boundsOf = (set: IpSet): readonly Endpoint[] =>
  (["IPv4", "IPv6"] as const).flatMap((family) =>
    set[family].intervals.flat().map((value): Endpoint => ({ kind: "address", address: formatAddress({ family, value }) })),
  );

describe("the parts of a block", () => {
  const blocks = fc.constantFrom("10.0.0.0/8", "10.0.0.0/24", "10.0.0.0/29", "172.30.0.0/24", "0.0.0.0/0", "::/0", "fd00::/7");

  test("hold every address of it once, but for those of Services", () => {
    const property = fc.property(anyCluster(), blocks, (drawn: Cluster, cidr) => {
      const block = IpSet.cidr(cidr);
      const parts = blockMembers(evaluate(drawn), block, cidr).members.map(({ addresses }) => addresses);
      for (const [n, part] of parts.entries()) for (const other of parts.slice(n + 1)) expect(part.intersect(other).isEmpty).toBe(true);
      const services = IpSet.unionOf(drawn.services.flatMap(({ clusterIps }) => clusterIps.map((ip) => IpSet.cidr(ip))));
      const missing = block.subtract(IpSet.unionOf(parts));
      expect(IpSet.unionOf(parts).isSubsetOf(block) && missing.isSubsetOf(services)).toBe(true);
    });
    check("parts of blocks", 100, property);
  });

  test("have one answer each, with the same reasons", () => {
    const property = fc.property(anyCluster(), blocks, fc.nat(), fc.boolean(), (drawn: Cluster, cidr, pick, isSource) => {
      const evaluation = evaluate(drawn);
      const workload = drawn.workloads[pick % drawn.workloads.length] as Workload;
      const answer = (end: Endpoint): Verdict => {
        const [from, to] = isSource ? [end, workloadEndpoint(workload)] : [workloadEndpoint(workload), end];
        return verdict(evaluation, { from, to, protocol: "TCP", port: 80 });
      };
      for (const { addresses, found } of blockMembers(evaluation, IpSet.cidr(cidr), cidr).members) {
        if (found.endpoint.kind !== "address") continue;
        for (const end of boundsOf(addresses)) expect(answer(end)).toEqual(answer(found.endpoint));
      }
    });
    check("answers of blocks", 100, property);
  });

  test("too many are refused, with what to ask instead", () => {
    const blocks = Array.from({ length: 600 }, (_, n) => `{ ipBlock: { cidr: 10.${String(n >> 7)}.${String(2 * (n & 127))}.1/32 } }`);
    const policy = `metadata: { namespace: shop, name: many }\nspec: { podSelector: {}, ingress: [{ from: [${blocks.join(", ")}] }] }\n`;
    const files = { "all.yaml": cluster, "many.yaml": `apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\n${policy}` };
    const many = folderWith(files);
    return expectRefusal(
      ["explain", "10.0.0.0/8", "shop/web:80", "-i", many],
      "parts that have to be told apart; name a smaller block, or ask `netpol list --focus 10.0.0.0/8`",
    );
  });
});

describe("a block in a question", () => {
  test("whose addresses all fare alike has one answer", async () => {
    const { report } = await explained("10.0.1.32/28", "shop/web:80");
    expect(report.from).toEqual({ kind: "addresses", name: "10.0.1.32/28", cidrs: ["10.0.1.32/28"] });
    expect(report.after).toMatchObject({ connections: { certain: "TCP 80", possible: "TCP 80" } });
    expect(report.after.remedies.map(({ description }) => description)).toEqual([
      "remove ingress[0] of NetworkPolicy shop/from-office (ingress)",
    ]);
    expect(report.after.parts).toBeUndefined();
    expect(report.after.flows.map(({ from, ports, verdict: { outcome } }) => [from.name, ports, outcome])).toEqual([
      ["10.0.1.32/28", "TCP 80", "allowed"],
    ]);
  });

  test("whose addresses fare differently is told part by part", async () => {
    const { report } = await explained("10.0.2.0/23", "shop/db:80");
    expect(report.after.flows.map(({ from, ports, verdict: { outcome } }) => [from.name, ports, outcome])).toEqual([
      ["10.0.2.0/24", "TCP 80 from 10.0.2.0/24", "denied"],
      ["10.0.3.0/24", "TCP 80 from 10.0.3.0/24", "allowed"],
    ]);
    expect(report.after.connections).toEqual({ certain: "none", possible: "TCP 80" });
    expect(report.after.parts?.map(({ from, connections }) => [from.name, connections.certain])).toEqual([
      ["10.0.2.0/24", "none"],
      ["10.0.3.0/24", "TCP 80"],
    ]);
  });

  test("that holds pods, a node and a Service names them", async () => {
    const { report } = await explained("10.0.1.0/24", "shop/db:80");
    expect(report.after.flows.map(({ from }) => from.name)).toEqual([
      "10.0.1.9/32 (a pod of shop/web)",
      "10.0.1.10/32 (a pod of shop/db)",
      "10.0.1.4/32 (node node-1)",
      "10.0.1.0/24 but for 10.0.1.4/32, 10.0.1.9/32, 10.0.1.10/32 and 1 more",
    ]);
    expect(report.notes.map(({ message }) => message)).toContain("addresses of Services are left out: ask about `svc/shop/web` by name");
  });

  test("may be where the flow goes, and before a Service", async () => {
    const to = await explained("shop/web", "10.0.1.8/30:80");
    expect(to.report.after.flows.map(({ to: { name } }) => name)).toEqual([
      "10.0.1.9/32 (a pod of shop/web)",
      "10.0.1.10/32 (a pod of shop/db)",
      "10.0.1.8/32, 10.0.1.11/32",
    ]);
    const through = await explained("10.0.1.32/28", "svc/shop/web");
    expect(through.report.service?.backends).toMatchObject([{ workload: "shop/web", outcome: "allowed" }]);
  });

  test.each(["text", "markdown", "csv", "table"])("as %s", async (format) => {
    const { code, stdout } = await netpolWith({ cwd }, "explain", "10.0.2.0/23", "shop/db:80", "-i", "cluster.yaml", "-o", format);
    expect(code).toBe(0);
    expect(stdout).toMatchSnapshot();
  });

  test("of one address is that address", async () => {
    expect((await explained("10.0.1.9/32", "shop/db:80")).report.from).toMatchObject({ kind: "workload", name: "shop/web" });
  });

  test("must come out as expected in every part", async () => {
    const code = async (block: string, expected: string): Promise<number> =>
      (await netpol("explain", block, "shop/db:80", "-i", file, "--expect", expected)).code;
    expect(await code("10.0.2.0/24", "denied")).toBe(0);
    expect(await code("10.0.2.0/23", "denied")).toBe(1);
    expect(await code("10.0.2.0/23", "allowed")).toBe(1);
  });
});

test("addresses that pods are given are noted as such, in a block and alone", async () => {
  const config = join(folderWith({ "netpol.config.yaml": "version: 1\ncontext: { podCidrs: [10.0.2.0/24] }\n" }), "netpol.config.yaml");
  const remarks = async (end: string): Promise<readonly string[]> =>
    (await explained(end, "shop/db:80", "--config", config)).report.notes.map(({ message }) => message);
  const remark = (range: string): string =>
    `pods are given addresses of ${range}, and of a pod its labels count as well: ask about pods by name`;
  expect(await remarks("10.0.2.0/23")).toContain(remark("10.0.2.0/24"));
  expect(await remarks("10.0.2.7")).toEqual([remark("10.0.2.7/32")]);
  expect(await remarks("10.0.3.7")).toEqual([]);
  for (const end of ["10.0.2.7", "10.0.2.0/24"]) {
    const { stdout } = await netpol("explain", end, "shop/db:80", "-i", file, "--config", config);
    expect(stdout).toContain(`egress:  allowed, no known pod has ${end}, so no policy is known to apply there`);
    expect(stdout).not.toContain("outside the cluster");
  }
});

describe("the address of a node", () => {
  test("is not called outside the cluster", async () => {
    const { stdout } = await netpol("explain", "10.0.1.4", "shop/web:80", "-i", file);
    expect(stdout).toContain("10.0.1.4 (node node-1) → shop/web TCP 80");
    expect(stdout).toContain("egress:  allowed, 10.0.1.4 (node node-1) is a node, to which no policy applies");
    expect(stdout).not.toContain("outside the cluster");
  });

  test("is named in a list", async () => {
    const { report } = await reportOf("list", file, "--focus", "shop/web", "--direction", "in");
    expect(report.connections.map(({ from }) => from)).toContainEqual({
      kind: "addresses",
      name: "10.0.1.4/32 (node node-1)",
      cidrs: ["10.0.1.4/32"],
      node: "node-1",
    });
  });
});

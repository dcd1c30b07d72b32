/** What is told of the parts of a block of addresses beside the answer: the layers below the policies, and what would turn it. */
import { join } from "node:path";
import fc from "fast-check";
import { blockAnswer } from "../../cli/query/explained-block";
import type { EndPair } from "../../cli/query/explained-ends";
import { directMoment } from "../../cli/query/explained-moment";
import { remediesOf } from "../../cli/query/part-remedies";
import { evaluate, formatAddress, IpSet, verdict } from "../../engine";
import type { Cluster, Endpoint, Workload } from "../../engine/model";
import { addressesEnd, workloadEnd } from "../../engine/report";
import { readInputs, toCluster } from "../../inputs";
import { anyCluster } from "../arbitraries/cluster";
import { type Configuration, smallCluster } from "../engine/aws-network/networks";
import { check } from "../property-runs";
import { folderWith, removeFolders } from "./folders";
import { manifests, netpol } from "./netpol";
import { reportOf } from "./report-of";

afterAll(removeFolders);

/** The cluster with policies as they are written. */
function applied(cluster: Cluster, yaml: string): Cluster {
  const inputs = readInputs([{ file: "policy.yaml", text: yaml }]).value;
  const { policies, clusterPolicies } = toCluster(inputs.flatMap(({ after }) => after.objects)).value;
  const key = ({ namespace, name }: { readonly namespace?: unknown; readonly name: unknown }): string => JSON.stringify([namespace, name]);
  const written = new Set([...policies, ...clusterPolicies].map(key));
  return {
    ...cluster,
    policies: [...cluster.policies.filter((each) => !written.has(key(each))), ...policies],
    clusterPolicies: [...cluster.clusterPolicies.filter((each) => !written.has(key(each))), ...clusterPolicies],
  };
}

/** The lowest and the highest address of every range of a set. */
const boundsOf = (set: IpSet): readonly string[] =>
  (["IPv4", "IPv6"] as const).flatMap((family) => set[family].intervals.flat().map((value) => formatAddress({ family, value })));

describe("what would allow it", () => {
  test("allows it for every address of the part, or says that it is for one", () => {
    let proven = 0;
    const property = fc.property(
      anyCluster(),
      fc.constantFrom("10.0.0.0/24", "172.30.0.0/24", "203.0.113.0/24", "fd00::/64"),
      fc.nat(),
      fc.boolean(),
      (drawn: Cluster, cidr, pick, isSource) => {
        const evaluation = evaluate(drawn);
        const workload = drawn.workloads[pick % drawn.workloads.length] as Workload;
        const here = { kind: "endpoint", endpoint: { kind: "workload", workload }, end: workloadEnd(workload) } as const;
        const block = { kind: "block", cidr, end: addressesEnd(IpSet.cidr(cidr)) } as const;
        const pair = isSource ? { from: block, to: here } : { from: here, to: block };
        const answer = ({ from, to }: EndPair) =>
          directMoment(evaluation, from, to as Extract<EndPair["to"], { kind: "endpoint" }>, [{ protocol: "TCP", port: 80 }]);
        const { parts } = blockAnswer(evaluation, pair, answer);
        for (const part of parts) {
          const remedies = remediesOf(evaluation, [part], [{ protocol: "TCP", port: 80 }]);
          for (const { goal, yaml, description } of remedies) {
            const members = part.block?.members.filter(({ found }) => found.endpoint.kind === "address") ?? [];
            if (goal === "deny" || yaml === undefined || members.length === 0 || description.includes(", one of ")) continue;
            const changed = evaluate(applied(drawn, yaml));
            for (const address of members.flatMap(({ addresses }) => boundsOf(addresses))) {
              const ends: readonly [Endpoint, Endpoint] = [
                { kind: "address", address },
                { kind: "workload", workload },
              ];
              const [from, to] = isSource ? ends : ([ends[1], ends[0]] as const);
              expect(verdict(changed, { from, to, protocol: "TCP", port: 80 }).outcome).toBe("allowed");
              proven++;
            }
          }
        }
      },
    );
    check("remedies for blocks", 60, property);
    expect(proven).toBeGreaterThan(0);
  });

  test("names the block, and of several parts each", async () => {
    const { report } = await reportOf("explain", "198.51.100.0/24", "backend/nginx:80", "-i", "step-2");
    expect(report.after.remedies).toMatchObject([{ goal: "allow", description: "create NetworkPolicy backend/allow-ingress-tcp-80" }]);
    expect(report.after.remedies[0]?.yaml).toContain("cidr: 198.51.100.0/24");
  });

  test("warns of instance metadata anywhere in the block", async () => {
    const deny = `apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: { namespace: backend, name: out }\nspec: { podSelector: {}, policyTypes: [Egress] }\n`;
    const folder = folderWith({ "deny.yaml": deny });
    const { report } = await reportOf("explain", "backend/nginx", "169.254.0.0/16:80", "-i", "step-1", "-i", folder);
    expect(report.after.remedies[0]?.alsoOpens.join()).toContain("169.254.169.254 is instance metadata");
  });
});

const pathsWith = (more: Configuration): readonly string[] =>
  [join(manifests, "step-1"), folderWith({ "cdk.tf.json": JSON.stringify({ resource: smallCluster(more) }) })].flatMap((path) => [
    "-i",
    path,
  ]);

const everything = { rule_no: 100, action: "allow", protocol: "-1", cidr_block: "0.0.0.0/0", from_port: 0, to_port: 0 };
const closed = { ...everything, rule_no: 90, action: "deny", cidr_block: "10.0.17.0/24" };
const acl: Configuration = {
  aws_network_acl: {
    a: { vpc_id: "${aws_vpc.main.id}", subnet_ids: ["${aws_subnet.a.id}"], ingress: [closed, everything], egress: [everything] },
  },
};

describe("the layers beside the policies", () => {
  test("answer for each part that they tell from others", async () => {
    const { report } = await reportOf("explain", "10.0.16.0/23", "backend/nginx:80", ...pathsWith(acl));
    const told = report.layers.filter(({ layer }) => layer === "network-acl").map(({ outcome, part }) => [outcome, part?.name]);
    expect(told).toEqual([
      ["undecided", "10.0.17.0/24"],
      ["allowed", "10.0.16.0/24"],
    ]);
    // All of the block is treated alike by the others.
    expect(report.layers.filter(({ layer }) => layer === "security-group").map(({ part }) => part)).toEqual([undefined]);
  });

  test("of a block are those of each of its addresses", async () => {
    const paths = pathsWith(acl);
    const { report } = await reportOf("explain", "10.0.16.0/23", "backend/nginx:80", ...paths);
    for (const address of ["10.0.16.9", "10.0.17.9"]) {
      const single = (await reportOf("explain", address, "backend/nginx:80", ...paths)).report;
      const own = report.layers.filter(
        ({ part }) =>
          part === undefined || !IpSet.unionOf((part.cidrs ?? []).map((each) => IpSet.cidr(each))).intersect(IpSet.cidr(address)).isEmpty,
      );
      expect(own.map(({ layer, outcome }) => [layer, outcome])).toEqual(single.layers.map(({ layer, outcome }) => [layer, outcome]));
    }
  });

  test.each(["text", "markdown", "csv", "table"])("name the part as %s", async (format) => {
    const { stdout, code } = await netpol("explain", "10.0.16.0/23", "backend/nginx:80", ...pathsWith(acl), "-o", format);
    expect(code).toBe(0);
    expect(stdout).toContain("10.0.17.0/24");
    expect(stdout).not.toContain("\u0000");
  });

  test("of too many parts are not told, which leaves an expectation undecided", async () => {
    const rules = Object.fromEntries(
      Array.from({ length: 70 }, (_, n) => [
        `in${String(n)}`,
        {
          security_group_id: "${aws_security_group.nodes.id}",
          cidr_ipv4: `10.0.${String(n)}.128/26`,
          ip_protocol: "tcp",
          from_port: n + 1,
          to_port: n + 1,
        },
      ]),
    );
    const args = ["10.0.0.0/16", "backend/nginx:80", ...pathsWith({ aws_vpc_security_group_ingress_rule: rules })];
    const { report, code } = await reportOf("explain", ...args, "--expect", "allowed");
    expect(report.layers).toEqual([]);
    expect(report.notes.map(({ message }) => message).join()).toContain("10.0.0.0/16 has too many parts to say of each");
    expect(code).toBe(3);
  });
});

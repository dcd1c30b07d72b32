/** Where pods are taken to be of which no address is known. */
import fc from "fast-check";
import { evaluate, IpSet, verdict, type Verdict } from "../../engine";
import { privateRanges } from "../../engine/aws-network";
import type { Cluster, Endpoint, Peer } from "../../engine/model";
import { unknown } from "../../engine/model";
import { unplacedWorkloads, withPodRanges } from "../../engine/pod-placement";
import { anyCluster } from "../arbitraries/cluster";
import { cluster, ipBlock, rule } from "../builders";
import { check } from "../property-runs";
import { resourcesOf, stackResources } from "./aws-network/networks";

const nothing = { resources: [] };

/** Two workloads, of which the second lets in what a peer names. */
const pair = (peer: Peer): Cluster =>
  cluster()
    .namespace("x")
    .deployment("client")
    .deployment("server", { labels: { app: "server" } })
    .policy("p", { subject: { matchLabels: { app: "server" } }, ingress: [rule({ peers: [peer] })] })
    .build();

function verdictOf(built: Cluster): Verdict {
  const [client, server] = built.workloads.map((workload): Endpoint => ({ kind: "workload", workload }));
  return verdict(evaluate(built), { from: client as Endpoint, to: server as Endpoint, protocol: "TCP", port: 80 });
}

describe("the ranges of pods", () => {
  test("are those that are given, before those that the infrastructure tells", () => {
    const placed = withPodRanges(cluster().build(), { podCidrs: ["10.9.0.0/16"], resources: stackResources() });
    expect([placed.podCidrs, placed.unknownPodCidrs]).toEqual([["10.9.0.0/16"], undefined]);
  });

  test("are those of the VPC beside an EKS cluster", () => {
    const placed = withPodRanges(cluster().build(), { resources: stackResources() });
    expect([placed.podCidrs, placed.unknownPodCidrs]).toEqual([["10.0.0.0/16"], undefined]);
  });

  test.each([
    ["without infrastructure", nothing],
    ["with a cluster whose VPC is not in the input", { resources: resourcesOf({ aws_eks_cluster: { main: { name: "main" } } }) }],
  ])("are private ones %s, and are marked as assumed", (_, sources) => {
    const placed = withPodRanges(cluster().build(), sources);
    expect(placed.podCidrs).toEqual(privateRanges);
    expect(placed.unknownPodCidrs?.because).toContain("context.podCidrs");
  });

  test.each([
    ["private ones of its family", ["fd00::1"], ["fc00::/7"]],
    ["private ones of both its families", ["10.0.0.1", "fd00::1"], [...privateRanges, "fc00::/7"]],
    ["all of its family when it has another address", ["2001:db8::1"], ["::/0"]],
  ])("beside a pod of known address, are %s", (_, ips, ranges) => {
    const built = cluster().namespace("x").pod("known", { ips }).build();
    expect(withPodRanges(built, nothing).podCidrs).toEqual(ranges);
  });
});

describe("a pod whose address nobody knows", () => {
  test.each([
    ["certainly in 0.0.0.0/0", ipBlock("0.0.0.0/0"), "allowed"],
    ["certainly outside of a public block", ipBlock("198.51.100.0/24"), "denied"],
    ["certainly outside of 0.0.0.0/0 without all private ranges", ipBlock("0.0.0.0/0", ...privateRanges), "denied"],
    ["perhaps in 0.0.0.0/0 without one private range", ipBlock("0.0.0.0/0", "10.0.0.0/8"), "undecided"],
    ["perhaps in a private block", ipBlock("10.0.0.0/16"), "undecided"],
  ] as const)("is %s", (_, peer, outcome) => {
    expect(verdictOf(withPodRanges(pair(peer), nothing)).outcome).toBe(outcome);
  });

  test("and that is the reason where it is undecided, but not where the block is not known either", () => {
    const reasons = (peer: Peer): readonly string[] =>
      verdictOf(withPodRanges(pair(peer), nothing)).ingress.unknowns.map(({ because }) => because);
    expect(reasons(ipBlock("10.0.0.0/16"))).toEqual(["the addresses of pods: give `context.podCidrs`"]);
    expect(reasons(ipBlock(unknown("var.office")))).toEqual(["var.office"]);
  });

  test("has a decided answer once its ranges are given", () => {
    const outcome = (podCidrs: readonly string[]): string =>
      verdictOf(withPodRanges(pair(ipBlock("10.0.0.0/16")), { podCidrs, resources: [] })).outcome;
    expect([outcome(["10.0.0.0/16"]), outcome(["10.1.0.0/16"])]).toEqual(["allowed", "denied"]);
  });

  test("is not decided otherwise than it comes out, wherever in the private ranges it turns out to be", () => {
    const blocks = fc.constantFrom(
      "0.0.0.0/0",
      "10.0.0.0/8",
      "10.3.0.0/16",
      "172.16.0.0/12",
      "192.0.0.0/8",
      "203.0.113.0/24",
      "100.64.7.0/24",
    );
    const excepted = fc.subarray(["10.0.0.0/8", "10.3.7.0/24", "192.168.0.0/16", "172.16.0.0/12", "100.64.0.0/10"]);
    const places = fc.constantFrom("10.0.0.1", "10.3.0.9", "10.3.7.7", "100.64.7.1", "172.20.0.1", "192.168.200.200");
    const property = fc.property(blocks, excepted, places, (block, all, ip) => {
      const except = all.filter((each) => IpSet.cidr(each).isSubsetOf(IpSet.cidr(block)));
      const built = pair(ipBlock(block, ...except));
      const before = verdictOf(withPodRanges(built, nothing)).outcome;
      const [client, ...others] = built.workloads as [Cluster["workloads"][number], ...Cluster["workloads"]];
      const placed: Cluster = { ...built, workloads: [{ ...client, pods: [{ name: "one", ips: [ip] }] }, ...others] };
      expect(["undecided", verdictOf(placed).outcome]).toContain(before);
    });
    check("places of pods", 200, property);
  });
});

test("pods of known address fare as without ranges", () => {
  const property = fc.property(anyCluster(), (drawn) => {
    const workloads = drawn.workloads.map((each, n) => ({ ...each, pods: [{ name: "one", ips: [`10.0.0.${String(n + 1)}`] }] }));
    const { podCidrs: _, ...built }: Cluster = { ...drawn, workloads };
    const [bare, placed] = [evaluate(built), evaluate(withPodRanges(built, nothing))];
    const ends = workloads.map((workload): Endpoint => ({ kind: "workload", workload }));
    for (const [from, to] of ends.flatMap((one) => ends.map((other) => [one, other] as const))) {
      const flow = { from, to, protocol: "TCP", port: 80 } as const;
      expect(verdict(placed, flow).outcome).toBe(verdict(bare, flow).outcome);
    }
  });
  check("known places", 30, property);
});

describe("workloads without a place", () => {
  test("are those whose pods are only assumed to be somewhere, where policies name blocks", () => {
    const names = (built: Cluster): readonly unknown[] => unplacedWorkloads(built).map(({ name }) => name);
    const built = pair(ipBlock("10.0.0.0/16"));
    expect(names(built)).toEqual(["client", "server"]);
    expect(names(withPodRanges(built, nothing))).toEqual(["client", "server"]);
    expect(names(withPodRanges(built, { ...nothing, podCidrs: ["10.0.0.0/16"] }))).toEqual([]);
    expect(names(withPodRanges({ ...built, policies: [] }, nothing))).toEqual([]);
  });
});

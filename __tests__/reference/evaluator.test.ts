import { cluster, containerPort, flow, ipBlock, labelled, named, ownPods, podsIn, ports, rule, tcp } from "../builders";
import { referenceOutcome } from "./evaluator";
import { unknown } from "../../engine/model";
import type { Cluster, Peer, PortMatch, Protocol } from "../../engine/model";

const outcome = (within: Cluster, from: string, to: string, port = 80, protocol: Protocol = "TCP") =>
  referenceOutcome(within, flow(within, from, to, port, protocol));

/** Two namespaces of two pods each, all with an address of both families. */
const town = cluster()
  .node("n1", ["172.30.0.1"])
  .node("n2", ["172.30.0.2"])
  .namespace("x", { team: "red" })
  .pod("a", { labels: { app: "a" }, ips: ["10.0.0.1", "fd00::1"], node: "n1" })
  .pod("b", { labels: { app: "b" }, ips: ["10.0.0.2", "fd00::2"], node: "n2" })
  .namespace("y", { team: "blue" })
  .pod("c", { labels: { app: "a" }, ips: ["10.0.0.3", "fd00::3"], node: "n1" })
  .pod("d", { ips: ["10.0.0.4"], node: "n2" })
  .namespace("x");

const deny = town.policy("deny", { ingress: [] });

describe("loopback", () => {
  test("a pod reaches itself whatever the policies say", () => {
    expect(outcome(deny.build(), "x/a", "x/a")).toBe("allowed");
    expect(outcome(deny.build(), "x/b", "x/a")).toBe("denied");
  });

  test("replicas of one workload are different pods, unless both ends name the same one", () => {
    const two = [
      { name: "r1", ips: [] },
      { name: "r2", ips: [] },
    ];
    const replicas = town.deployment("web", { pods: two }).policy("deny", { ingress: [] }).build();
    expect(outcome(replicas, "x/web", "x/web")).toBe("denied");
    expect(outcome(replicas, "x/web/r1", "x/web/r1")).toBe("allowed");
    expect(outcome(replicas, "x/web/r1", "x/web/r2")).toBe("denied");
  });

  test("a template stands for several pods, unless a single replica is wanted", () => {
    const single = town.deployment("web").deployment("one", { replicas: 1 }).policy("deny", { ingress: [] }).build();
    expect(outcome(single, "x/web", "x/web")).toBe("denied");
    expect(outcome(single, "x/one", "x/one")).toBe("allowed");
  });
});

describe("isolation", () => {
  test("without a policy everything is allowed", () => {
    expect(outcome(town.build(), "ip:192.0.2.1", "x/a", 1, "SCTP")).toBe("allowed");
  });

  test("an absent direction does not isolate, an empty one denies", () => {
    const egressOnly = town.policy("p", { egress: [] }).build();
    expect(outcome(egressOnly, "y/c", "x/a")).toBe("allowed");
    expect(outcome(egressOnly, "x/a", "y/c")).toBe("denied");
  });

  test("a policy is limited to its namespace and its subject", () => {
    const onlyA = town.policy("p", { subject: labelled({ app: "a" }), ingress: [] }).build();
    expect(outcome(onlyA, "x/b", "x/a")).toBe("denied");
    expect(outcome(onlyA, "x/a", "x/b")).toBe("allowed");
    expect(outcome(onlyA, "x/a", "y/c")).toBe("allowed");
  });

  test("a connection needs egress of the source and ingress of the destination", () => {
    const both = deny.namespace("x").policy("in", { ingress: [rule({ peers: [ownPods()] })] });
    expect(outcome(both.build(), "x/b", "x/a")).toBe("allowed");
    expect(outcome(both.policy("out", { egress: [] }).build(), "x/b", "x/a")).toBe("denied");
  });

  test("policies add up: one that allows is enough", () => {
    const two = deny.policy("allow", { subject: labelled({ app: "a" }), ingress: [rule()] }).build();
    expect(outcome(two, "y/d", "x/a")).toBe("allowed");
    expect(outcome(two, "y/d", "x/b")).toBe("denied");
  });
});

describe("peers", () => {
  const allowing = (peer: Peer) => town.policy("p", { ingress: [rule({ peers: [peer] })] }).build();

  test("a podSelector alone stays in the policy's namespace", () => {
    const own = allowing(ownPods(labelled({ app: "a" })));
    expect(outcome(own, "x/a", "x/b")).toBe("allowed");
    expect(outcome(own, "y/c", "x/b")).toBe("denied");
  });

  test("both selectors in one entry must match", () => {
    const both = allowing(podsIn(labelled({ team: "blue" }), labelled({ app: "a" })));
    expect(outcome(both, "y/c", "x/b")).toBe("allowed");
    expect(outcome(both, "y/d", "x/b")).toBe("denied");
    expect(outcome(both, "x/a", "x/b")).toBe("denied");
  });

  test("selectors that select everything still do not match addresses outside", () => {
    expect(outcome(allowing(podsIn()), "y/d", "x/b")).toBe("allowed");
    expect(outcome(allowing(podsIn()), "ip:192.0.2.1", "x/b")).toBe("denied");
  });

  test("peer and port must match in the same rule", () => {
    const two = town
      .policy("p", { ingress: [rule({ peers: [ownPods()], ports: [tcp(80)] }), rule({ peers: [podsIn()], ports: [tcp(81)] })] })
      .build();
    expect(outcome(two, "x/a", "x/b", 80)).toBe("allowed");
    expect(outcome(two, "y/c", "x/b", 80)).toBe("denied");
    expect(outcome(two, "y/c", "x/b", 81)).toBe("allowed");
  });

  test("every namespace is found by kubernetes.io/metadata.name", () => {
    const byName = allowing(podsIn(labelled({ "kubernetes.io/metadata.name": "y" })));
    expect(outcome(byName, "y/d", "x/b")).toBe("allowed");
    expect(outcome(byName, "x/a", "x/b")).toBe("denied");
  });
});

test.each([
  ["In with the value", { key: "app", operator: "In", values: ["a"] }, ["allowed", "denied", "denied"]],
  ["NotIn, also without the key", { key: "app", operator: "NotIn", values: ["a"] }, ["denied", "allowed", "allowed"]],
  ["Exists", { key: "app", operator: "Exists" }, ["allowed", "allowed", "denied"]],
  ["DoesNotExist, also without any label", { key: "app", operator: "DoesNotExist" }, ["denied", "denied", "allowed"]],
] as const)("a requirement matches: %s", (_name, requirement, expected) => {
  const peers = [podsIn({}, { matchExpressions: [requirement] })];
  const selected = town
    .pod("target", { labels: { app: "target" } })
    .policy("p", { subject: labelled({ app: "target" }), ingress: [rule({ peers })] });
  expect(["x/a", "x/b", "y/d"].map((from) => outcome(selected.build(), from, "x/target"))).toEqual(expected);
});

describe("ports", () => {
  const opening = (...list: readonly PortMatch[]) => town.policy("p", { ingress: [rule({ ports: list })] }).build();

  test("endPort is inclusive", () => {
    const range = opening(tcp(80, 82));
    expect([79, 80, 82, 83].map((port) => outcome(range, "y/d", "x/a", port))).toEqual(["denied", "allowed", "allowed", "denied"]);
  });

  test.each([
    ["SCTP", "TCP"],
    ["UDP", "SCTP"],
  ] as const)("a rule for %s isolates and opens nothing for %s", (opened, other) => {
    const one = opening(ports(opened, 1, 65535));
    expect(outcome(one, "y/d", "x/a", 80, opened)).toBe("allowed");
    expect(outcome(one, "y/d", "x/a", 80, other)).toBe("denied");
  });

  const serving = town
    .namespace("y")
    .pod("tcp", { ports: [containerPort("web", 8080)] })
    .pod("udp", { ports: [containerPort("web", 8080, "UDP")] })
    .pod("both", { ports: [containerPort("web", 90), { ...containerPort("web", 91), sidecar: true }, containerPort("web", 92, "UDP")] })
    .namespace("x");

  test("a named port is the destination's, by name and protocol, sidecars included", () => {
    const egress = serving.policy("p", { egress: [rule({ ports: [named("web")] })] }).build();
    expect(outcome(egress, "x/a", "y/tcp", 8080)).toBe("allowed");
    expect(outcome(egress, "x/a", "y/udp", 8080)).toBe("denied");
    expect(outcome(egress, "x/a", "y/udp", 8080, "UDP")).toBe("denied");
    expect([90, 91, 92].map((port) => outcome(egress, "x/a", "y/both", port))).toEqual(["allowed", "allowed", "denied"]);
  });

  test("a named port never matches an address", () => {
    const egress = serving.policy("p", { egress: [rule({ ports: [named("web")] })] }).build();
    expect(outcome(egress, "x/a", "ip:192.0.2.1", 8080)).toBe("denied");
  });

  test("a named port in an ingress rule is the subject's own", () => {
    const ingress = serving
      .namespace("y")
      .policy("p", { ingress: [rule({ ports: [named("web")] })] })
      .build();
    expect(outcome(ingress, "ip:192.0.2.1", "y/tcp", 8080)).toBe("allowed");
    expect(outcome(ingress, "y/tcp", "y/d", 8080)).toBe("denied");
  });
});

describe("ipBlock", () => {
  const from = (cidr: string, ...except: readonly string[]) => town.policy("p", { ingress: [rule({ peers: [ipBlock(cidr, ...except)] })] });

  test("matches pods by their address, and only known addresses", () => {
    const block = from("10.0.0.4/32").deployment("web").build();
    expect(outcome(block, "y/d", "x/a")).toBe("allowed");
    expect(outcome(block, "y/c", "x/a")).toBe("denied");
    expect(outcome(from("0.0.0.0/0").deployment("web").build(), "x/web", "x/a")).toBe("denied");
  });

  test("except takes addresses out of its own block only", () => {
    const holed = from("10.0.0.0/24", "10.0.0.2/31");
    expect(["1", "2", "3", "4"].map((last) => outcome(holed.build(), `ip:10.0.0.${last}`, "x/a"))).toEqual([
      "allowed",
      "denied",
      "denied",
      "allowed",
    ]);
    expect(outcome(holed.policy("q", { ingress: [rule({ peers: [ipBlock("10.0.0.3/32")] })] }).build(), "ip:10.0.0.3", "x/a")).toBe(
      "allowed",
    );
  });

  test("host bits of a block do not count", () => {
    expect(outcome(from("10.244.1.10/4").build(), "ip:0.0.0.1", "x/a")).toBe("allowed");
    expect(outcome(from("10.244.1.10/4").build(), "ip:16.0.0.0", "x/a")).toBe("denied");
    expect(outcome(from("2001:db8::1/32").build(), "ip:2001:db8:ffff::", "x/a")).toBe("allowed");
    expect(outcome(from("2001:db8::1/32").build(), "ip:2001:db9::", "x/a")).toBe("denied");
  });

  test("families never mix", () => {
    expect(outcome(from("0.0.0.0/0").build(), "ip:::1", "x/a")).toBe("denied");
    expect(outcome(from("::/0").build(), "ip:0.0.0.1", "x/a")).toBe("denied");
    expect(outcome(from("::/0").build(), "y/d", "x/a")).toBe("denied");
    expect(outcome(from("::/0").build(), "ip:::1", "x/a")).toBe("allowed");
  });

  test("between two dual-stack pods the family is open: undecided where blocks tell them apart", () => {
    expect(outcome(from("::/0").build(), "y/c", "x/a")).toBe("undecided");
    expect(outcome(from("0.0.0.0/0").build(), "y/c", "x/a")).toBe("undecided");
    expect(outcome(from("0.0.0.0/0").build(), "y/d", "x/a")).toBe("allowed");
    const either = town.policy("p", { ingress: [rule({ peers: [ipBlock("0.0.0.0/0"), ipBlock("::/0")] })] });
    expect(outcome(either.build(), "y/c", "x/a")).toBe("allowed");
  });
});

describe("the node of a pod", () => {
  test("always reaches the pods that run on it, and no others", () => {
    expect(outcome(deny.build(), "ip:172.30.0.1", "x/a")).toBe("allowed");
    expect(outcome(deny.build(), "ip:172.30.0.2", "x/a")).toBe("denied");
  });

  test("a pod whose node is not known may be on any: undecided for the addresses of nodes only", () => {
    const floating = town.deployment("web").policy("deny", { ingress: [] }).build();
    expect(outcome(floating, "ip:172.30.0.1", "x/web")).toBe("undecided");
    expect(outcome(floating, "ip:172.30.0.9", "x/web")).toBe("denied");
  });

  test("a workload on two nodes is open to one of them in part: undecided", () => {
    const pods = [
      { name: "r1", ips: [], node: "n1" },
      { name: "r2", ips: [], node: "n2" },
    ];
    const spread = town.deployment("web", { pods }).policy("deny", { ingress: [] }).build();
    expect(outcome(spread, "ip:172.30.0.1", "x/web")).toBe("undecided");
    expect(outcome(spread, "ip:172.30.0.1", "x/web/r1")).toBe("allowed");
  });
});

describe("host-networked pods and NetworkPolicy", () => {
  const host = town.pod("host", { labels: { app: "host" }, hostNetwork: true, ips: ["172.30.0.2"], node: "n2" });

  test("as a subject: undecided where being exempt makes a difference", () => {
    expect(outcome(host.policy("p", { ingress: [] }).build(), "x/a", "x/host")).toBe("undecided");
    expect(outcome(host.policy("p", { ingress: [rule()] }).build(), "x/a", "x/host")).toBe("allowed");
  });

  test("as a peer: undecided where only a selector would match it, decided where its address does", () => {
    const subject = labelled({ app: "a" });
    expect(outcome(host.policy("p", { subject, ingress: [rule({ peers: [ownPods()] })] }).build(), "x/host", "x/a")).toBe("undecided");
    expect(outcome(host.policy("p", { subject, ingress: [rule({ peers: [ipBlock("172.30.0.2/32")] })] }).build(), "x/host", "x/a")).toBe(
      "allowed",
    );
    expect(outcome(host.policy("p", { subject, ingress: [] }).build(), "x/host", "x/a")).toBe("denied");
  });

  test("on the node of the other pod they have the address of that node", () => {
    expect(outcome(host.policy("p", { subject: labelled({ app: "b" }), ingress: [] }).build(), "x/host", "x/b")).toBe("allowed");
  });
});

test("an unknown is refused by name", () => {
  const unsure = town.policy("p", { ingress: [rule({ peers: [ipBlock(unknown("aws_vpc.main.cidr_block"))] })] }).build();
  expect(() => outcome(unsure, "y/c", "x/a")).toThrow(/aws_vpc\.main\.cidr_block/);
});

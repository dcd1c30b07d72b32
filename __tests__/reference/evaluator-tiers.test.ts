import { unknown } from "../../engine/model";
import { cluster, clusterRule, containerPort, flow, labelled, named, ownPods, podsIn, rule, tcp } from "../builders";
import { referenceOutcome } from "./evaluator";
import type { Cluster, ClusterPeer, Protocol } from "../../engine/model";

const outcome = (within: Cluster, from: string, to: string, port = 80, protocol: Protocol = "TCP") =>
  referenceOutcome(within, flow(within, from, to, port, protocol));

const town = cluster()
  .node("n1", ["172.30.0.1"], { pool: "front" })
  .namespace("y", { team: "blue" })
  .pod("c", { ips: ["10.0.0.3"], ports: [containerPort("web", 8080, "UDP")] })
  .pod("host", { hostNetwork: true, ips: ["172.30.0.1"], node: "n1" })
  .namespace("x", { team: "red" })
  .pod("a", { labels: { app: "a" }, ips: ["10.0.0.1"] })
  .pod("b", { ips: ["10.0.0.2"] });

const red = { namespaces: labelled({ team: "red" }), pods: {} };
const fromBlue = [podsIn(labelled({ team: "blue" }))];
const anyone: readonly ClusterPeer[] = [podsIn()];

describe("the order of the tiers", () => {
  const accept = { subject: red, ingress: [clusterRule("Accept", anyone)] };
  const denyAll = { subject: red, ingress: [clusterRule("Deny", anyone)] };

  test("Admin overrules NetworkPolicy in both directions of meaning", () => {
    expect(outcome(town.policy("p", { ingress: [] }).clusterPolicy("c", accept).build(), "y/c", "x/a")).toBe("allowed");
    expect(
      outcome(
        town
          .policy("p", { ingress: [rule()] })
          .clusterPolicy("c", denyAll)
          .build(),
        "y/c",
        "x/a",
      ),
    ).toBe("denied");
  });

  test("NetworkPolicy is final for the pods it isolates, and Baseline decides for the others", () => {
    const subject = labelled({ app: "a" });
    const baseline = town
      .policy("p", { subject, ingress: [rule()] })
      .clusterPolicy("c", { ...denyAll, tier: "Baseline" })
      .build();
    expect(outcome(baseline, "y/c", "x/a")).toBe("allowed");
    expect(outcome(baseline, "y/c", "x/b")).toBe("denied");
    const isolated = town
      .policy("p", { subject, ingress: [] })
      .clusterPolicy("c", { ...accept, tier: "Baseline" })
      .build();
    expect(outcome(isolated, "y/c", "x/a")).toBe("denied");
  });

  test("Pass leaves the rest of its tier unread, in Baseline as well", () => {
    const pass = { subject: red, ingress: [clusterRule("Pass", anyone), clusterRule("Deny", anyone)] };
    expect(outcome(town.clusterPolicy("c", pass).build(), "y/c", "x/a")).toBe("allowed");
    expect(outcome(town.clusterPolicy("c", pass).policy("p", { ingress: [] }).build(), "y/c", "x/a")).toBe("denied");
    expect(
      outcome(
        town
          .clusterPolicy("c", pass)
          .clusterPolicy("b", { ...denyAll, tier: "Baseline" })
          .build(),
        "y/c",
        "x/a",
      ),
    ).toBe("denied");
    expect(outcome(town.clusterPolicy("c", { ...pass, tier: "Baseline" }).build(), "y/c", "x/a")).toBe("allowed");
  });

  test("cluster-wide policies never isolate", () => {
    const narrow = { subject: red, ingress: [clusterRule("Accept", fromBlue, [tcp(80)])] };
    expect(outcome(town.clusterPolicy("c", narrow).build(), "x/b", "x/a", 81)).toBe("allowed");
  });

  test("the lower number comes first, and rules in their order", () => {
    const both = town.clusterPolicy("later", { ...denyAll, priority: 9 }).clusterPolicy("first", { ...accept, priority: 8 });
    expect(outcome(both.build(), "y/c", "x/a")).toBe("allowed");
    const rules = [clusterRule("Deny", fromBlue), clusterRule("Accept", anyone)];
    expect(outcome(town.clusterPolicy("c", { subject: red, ingress: rules }).build(), "y/c", "x/a")).toBe("denied");
  });

  test("equal priorities are undecided exactly where both match and differ", () => {
    const tied = town
      .clusterPolicy("one", { ...accept, ingress: [clusterRule("Accept", fromBlue)] })
      .clusterPolicy("other", denyAll)
      .build();
    expect(outcome(tied, "y/c", "x/a")).toBe("undecided");
    expect(outcome(tied, "x/b", "x/a")).toBe("denied");
    const tiers = town
      .clusterPolicy("one", accept)
      .clusterPolicy("other", { ...denyAll, tier: "Baseline" })
      .build();
    expect(outcome(tiers, "y/c", "x/a")).toBe("allowed");
  });

  test("Accept on egress does not overrule ingress", () => {
    const accepted = town
      .clusterPolicy("c", { egress: [clusterRule("Accept", anyone)] })
      .policy("p", { ingress: [] })
      .build();
    expect(outcome(accepted, "y/c", "x/a")).toBe("denied");
  });

  test("a pod reaches itself", () => {
    expect(outcome(town.clusterPolicy("c", denyAll).build(), "x/a", "x/a")).toBe("allowed");
  });
});

describe("cluster-wide peers", () => {
  const denying = (...peers: readonly ClusterPeer[]) =>
    town.clusterPolicy("c", { subject: red, egress: [clusterRule("Deny", peers)] }).build();

  test("pods are never addresses, nor host-networked pods", () => {
    expect(outcome(denying(podsIn()), "x/a", "y/c")).toBe("denied");
    expect(outcome(denying(podsIn()), "x/a", "y/host")).toBe("allowed");
    expect(outcome(denying(podsIn()), "x/a", "ip:192.0.2.1")).toBe("allowed");
  });

  test("networks match pods by address too", () => {
    const networks = denying({ kind: "networks", cidrs: ["10.0.0.3/32", "192.0.2.0/24"] });
    expect(["y/c", "x/b", "ip:192.0.2.255", "ip:192.0.3.0"].map((to) => outcome(networks, "x/a", to))).toEqual([
      "denied",
      "allowed",
      "denied",
      "allowed",
    ]);
  });

  test("nodes match addresses of nodes, of host-networked pods as well", () => {
    const nodes = denying({ kind: "nodes", nodes: labelled({ pool: "front" }) });
    expect(["ip:172.30.0.1", "y/host", "y/c"].map((to) => outcome(nodes, "x/a", to))).toEqual(["denied", "denied", "allowed"]);
    expect(outcome(denying({ kind: "nodes", nodes: labelled({ pool: "back" }) }), "x/a", "ip:172.30.0.1")).toBe("allowed");
  });

  test("nodes stand for any outside address while there may be nodes that are not listed", () => {
    const nodeless = { ...denying({ kind: "nodes", nodes: {} }), nodes: [], unknownNodes: unknown("the other nodes") };
    expect(["ip:192.0.2.1", "y/host", "y/c"].map((to) => outcome(nodeless, "x/a", to))).toEqual(["undecided", "undecided", "allowed"]);
  });

  test("nodes stand for nobody in a cluster that has none", () => {
    const nodeless = { ...denying({ kind: "nodes", nodes: {} }), nodes: [] };
    expect(["ip:192.0.2.1", "y/host", "y/c"].map((to) => outcome(nodeless, "x/a", to))).toEqual(["allowed", "allowed", "allowed"]);
  });

  test("host-networked pods are never subjects", () => {
    const all = town.clusterPolicy("c", { egress: [clusterRule("Deny", anyone)] }).build();
    expect(outcome(all, "y/host", "x/a")).toBe("allowed");
    expect(outcome(all, "y/c", "x/a")).toBe("denied");
  });

  test("named ports carry no protocol and resolve on the destination", () => {
    const denyWeb = town.clusterPolicy("c", { subject: red, egress: [clusterRule("Deny", anyone, [named("web", null)])] }).build();
    expect(outcome(denyWeb, "x/a", "y/c", 8080, "UDP")).toBe("denied");
    expect(outcome(denyWeb, "x/a", "y/c", 8080, "TCP")).toBe("allowed");
    expect(outcome(denyWeb, "x/a", "x/b", 8080, "UDP")).toBe("allowed");
  });

  test("domain names are undecided where they would matter", () => {
    const names: ClusterPeer = { kind: "domainNames", names: ["example.com."] };
    const open = town.clusterPolicy("c", { subject: red, egress: [clusterRule("Accept", [names], [tcp(443)])] });
    expect(outcome(open.build(), "x/a", "ip:192.0.2.1", 443)).toBe("allowed");
    expect(outcome(open.policy("p", { egress: [] }).build(), "x/a", "ip:192.0.2.1", 443)).toBe("undecided");
    expect(outcome(open.policy("p", { egress: [] }).build(), "x/a", "ip:192.0.2.1", 80)).toBe("denied");
  });
});

describe("a peer nobody knows fails closed", () => {
  const unsupported: ClusterPeer = { kind: "unsupported", fields: ["somethingNew"] };

  test("an Accept rule matches nothing, not even by its other peers", () => {
    const accept = (peers: readonly ClusterPeer[]) =>
      town.policy("p", { ingress: [] }).clusterPolicy("c", { ingress: [clusterRule("Accept", peers)] });
    expect(outcome(accept([unsupported]).build(), "y/c", "x/a")).toBe("denied");
    expect(outcome(accept([unsupported, ...fromBlue]).build(), "y/c", "x/a")).toBe("denied");
    expect(outcome(accept(fromBlue).build(), "y/c", "x/a")).toBe("allowed");
  });

  test.each(["Deny", "Pass"] as const)("%s denies everything that an earlier rule has not decided", (action) => {
    const egress = [clusterRule("Accept", fromBlue), clusterRule(action, [unsupported], [tcp(1)])];
    const closed = town
      .policy("p", { egress: [rule({ peers: [ownPods()] })] })
      .clusterPolicy("c", { subject: red, egress })
      .build();
    expect(["y/c", "x/b", "ip:192.0.2.1"].map((to) => outcome(closed, "x/a", to))).toEqual(["allowed", "denied", "denied"]);
  });
});

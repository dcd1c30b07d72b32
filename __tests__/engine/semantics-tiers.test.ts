/** What cluster-wide policies mean: one test for each decision of docs/semantics.md, under the name it is linked by. */
import { unknown } from "../../engine/model";
import type { ClusterPeer } from "../../engine/model";
import { cluster, clusterRule, containerPort, labelled, named, podsIn, rule, tcp } from "../builders";
import { problemsOf } from "../inputs/kubernetes-objects";
import { connections, outcome, reasons } from "./outcome";
import { adminPolicy, written } from "./written";

const web = labelled({ app: "web" });
const town = cluster()
  .node("n1", ["172.30.0.1"], { pool: "front" })
  .namespace("y", { team: "blue" })
  .pod("other", { ips: ["10.0.1.1"] })
  .namespace("x", { team: "red" })
  .pod("web", { labels: { app: "web" }, ips: ["10.0.0.1"], ports: [containerPort("http", 8080), containerPort("http", 8081, "UDP")] })
  .pod("client", { labels: { app: "client" }, ips: ["10.0.0.2"], node: "n1" })
  .pod("agent", { hostNetwork: true, ips: ["172.30.0.1"], node: "n1" });

const anyone: readonly ClusterPeer[] = [podsIn()];
const ingress = (...rules: readonly ReturnType<typeof clusterRule>[]) => ({ ingress: rules });
const denies = (tier: "Admin" | "Baseline") => ({ tier, ...ingress(clusterRule("Deny", anyone)) });

describe("tiers", () => {
  test("Admin decides first, NetworkPolicy for the pods it isolates, Baseline for the others, and Kubernetes allows the rest", () => {
    const isolating = town.policy("p", { subject: web, ingress: [rule({ ports: [tcp(80)] })] });
    const accepted = ingress(clusterRule("Accept", anyone, [tcp(443)]), clusterRule("Deny", anyone, [tcp(80)]));
    expect(connections(isolating.clusterPolicy("a", accepted).build(), "x/client", "x/web")).toBe("TCP 443");
    const baseline = isolating.clusterPolicy("b", denies("Baseline")).build();
    expect([connections(baseline, "x/client", "x/web"), connections(baseline, "x/web", "x/client")]).toEqual(["TCP 80", "none"]);
    expect(connections(town.build(), "x/client", "x/web")).toBe("all");
  });

  test("of a tier, the policy with the lowest priority number is read first, its rules in order, and the first that matches decides", () => {
    const ordered = town.clusterPolicy("later", { priority: 9, ...ingress(clusterRule("Accept", anyone)) }).clusterPolicy("first", {
      priority: 1,
      ...ingress(clusterRule("Accept", anyone, [tcp(80)]), clusterRule("Deny", anyone, [tcp(80, 90)])),
    });
    expect(connections(ordered.build(), "x/client", "x/web")).toBe("TCP 1-80,91-65535; UDP all; SCTP all");
  });

  test("Pass leaves the rest of its tier unread, and Baseline may pass too", () => {
    const passed = ingress(clusterRule("Pass", anyone), clusterRule("Deny", anyone));
    expect(connections(town.clusterPolicy("a", passed).build(), "x/client", "x/web")).toBe("all");
    expect(connections(town.clusterPolicy("b", { tier: "Baseline", ...passed }).build(), "x/client", "x/web")).toBe("all");
    expect(connections(town.clusterPolicy("a", passed).clusterPolicy("b", denies("Baseline")).build(), "x/client", "x/web")).toBe("none");
  });

  test("cluster-wide policies never isolate: what no rule matches goes on to the next tier", () => {
    const some = town.clusterPolicy("a", ingress(clusterRule("Accept", anyone, [tcp(80)]))).build();
    expect(connections(some, "x/client", "x/web")).toBe("all");
    expect(
      connections(town.policy("p", { subject: web, egress: [] }).clusterPolicy("b", denies("Baseline")).build(), "x/client", "x/web"),
    ).toBe("none");
  });

  test("an Accept on egress does not overrule the ingress of the other end", () => {
    const accepted = town.clusterPolicy("a", { egress: [clusterRule("Accept", anyone)] }).policy("p", { subject: web, ingress: [] });
    expect(connections(accepted.build(), "x/client", "x/web")).toBe("none");
  });

  test("policies of one tier and priority have no order: undecided where they differ, decided where they agree", () => {
    const tied = town
      .clusterPolicy("a", ingress(clusterRule("Accept", anyone, [tcp(80, 90)])))
      .clusterPolicy("b", ingress(clusterRule("Deny", anyone, [tcp(85, 95)]), clusterRule("Accept", anyone, [tcp(80)])))
      .build();
    expect([80, 85, 90, 91, 96].map((port) => outcome(tied, "x/client", "x/web", port))).toEqual([
      "allowed",
      "undecided",
      "undecided",
      "denied",
      "allowed",
    ]);
    expect(reasons(tied, "x/client", "x/web", 85).ingress.unknowns).toHaveLength(1);
  });
});

describe("peers of cluster-wide policies", () => {
  const egress = (peer: ClusterPeer) => town.clusterPolicy("c", { egress: [clusterRule("Deny", [peer])] });

  test("a namespaces peer is pods, not addresses outside", () => {
    const built = egress(podsIn()).build();
    expect([outcome(built, "x/web", "y/other"), outcome(built, "x/web", "ip:192.0.2.1")]).toEqual(["denied", "allowed"]);
  });

  test("a networks peer matches pods by their address as well", () => {
    const built = egress({ kind: "networks", cidrs: ["10.0.1.0/24", "192.0.2.0/24"] }).build();
    expect(["y/other", "x/client", "ip:192.0.2.1"].map((to) => outcome(built, "x/web", to))).toEqual(["denied", "allowed", "denied"]);
  });

  test("a nodes peer is the addresses of the nodes, not the pods that run on them", () => {
    const built = egress({ kind: "nodes", nodes: labelled({ pool: "front" }) }).build();
    expect(["ip:172.30.0.1", "x/agent", "x/client"].map((to) => outcome(built, "x/web", to))).toEqual(["denied", "denied", "allowed"]);
  });

  test("when the input lists no node, any address outside may be a node's", () => {
    const known = egress({ kind: "nodes", nodes: {} }).build();
    const built = { ...known, nodes: [], unknownNodes: unknown("no Node object is in the input") };
    expect(["ip:192.0.2.1", "x/agent", "y/other"].map((to) => outcome(built, "x/web", to))).toEqual(["undecided", "undecided", "allowed"]);
  });

  test("what a domain name stands for is undecided, for addresses outside only", () => {
    const accept = clusterRule("Accept", [{ kind: "domainNames", names: ["*.example.org"] }]);
    const deny = clusterRule("Deny", [{ kind: "networks", cidrs: ["0.0.0.0/0"] }]);
    const built = town.clusterPolicy("c", { egress: [accept, deny] }).build();
    expect([outcome(built, "x/web", "ip:192.0.2.1"), outcome(built, "x/web", "y/other")]).toEqual(["undecided", "denied"]);
  });

  test("a peer of a kind that is not known makes its whole rule fail closed: Accept matches nothing, Deny and Pass deny everything", () => {
    const strange: ClusterPeer = { kind: "unsupported", fields: ["realms"] };
    const answers = (["Accept", "Deny", "Pass"] as const).map((action) => {
      const built = town.clusterPolicy(
        "c",
        ingress(clusterRule(action, [podsIn(), strange], [tcp(80)]), clusterRule("Deny", anyone, [tcp(81)])),
      );
      return [80, 81, 82].map((port) => outcome(built.build(), "x/client", "x/web", port));
    });
    expect(answers).toEqual([
      ["allowed", "denied", "allowed"],
      ["denied", "denied", "denied"],
      ["denied", "denied", "denied"],
    ]);
    expect(problemsOf(adminPolicy("ingress: [{action: Deny, from: [{realms: [a]}]}]")).some((text) => text.includes("realms"))).toBe(true);
  });

  test("a host-networked pod is neither a subject nor a pod peer of a cluster-wide policy", () => {
    const built = town.clusterPolicy("c", { ...denies("Admin"), egress: [clusterRule("Deny", anyone)] }).build();
    expect([outcome(built, "x/agent", "ip:192.0.2.1"), outcome(built, "x/agent", "x/web"), outcome(built, "x/web", "x/client")]).toEqual([
      "allowed",
      "allowed",
      "denied",
    ]);
  });

  test("a named port of a cluster-wide policy stands for the name in every protocol", () => {
    const built = town.clusterPolicy("c", ingress(clusterRule("Deny", anyone, [named("http", null)]))).build();
    expect(connections(built, "x/client", "x/web")).toBe("TCP 1-8079,8081-65535; UDP 1-8080,8082-65535; SCTP all");
  });

  test("traffic of a pod to itself is not subject to cluster-wide policies", () => {
    const built = town.clusterPolicy("c", { ...denies("Admin"), egress: [clusterRule("Deny", anyone)] }).build();
    expect(outcome(built, "x/web", "x/web")).toBe("allowed");
  });

  test("AdminNetworkPolicy and BaselineAdminNetworkPolicy are the two tiers under their older names, with Allow for Accept", () => {
    const older = (kind: string, name: string, spec: string): string =>
      `{apiVersion: policy.networking.k8s.io/v1alpha1, kind: ${kind}, metadata: {name: ${name}}, spec: {subject: {namespaces: {}}, ${spec}}}`;
    const allow = "priority: 1, ingress: [{action: Allow, from: [{namespaces: {}}], ports: [{portNumber: {protocol: TCP, port: 80}}]}]";
    const deny = "ingress: [{action: Deny, from: [{namespaces: {}}]}]";
    const built = written(older("AdminNetworkPolicy", "a", allow), older("BaselineAdminNetworkPolicy", "default", deny));
    expect(connections(built, "x/client", "x/web")).toBe("TCP 80");
  });
});

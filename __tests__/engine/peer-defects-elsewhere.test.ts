/** What other tools around NetworkPolicy get wrong, or cannot answer, on legal input: each is a test here, under the tool's name. */
import { ConnectionSet, PortSet } from "../../engine";
import { toCluster } from "../../inputs/kubernetes";
import { cluster, clusterRule, containerPort, ipBlock, labelled, named, ownPods, podsIn, ports, rule, tcp } from "../builders";
import { clusterOf, objectsOf, problemsOf } from "../inputs/kubernetes-objects";
import { connections, outcome, reasons } from "./outcome";

const web = labelled({ app: "web" });

const town = cluster()
  .namespace("y", { team: "blue" })
  .pod("c", { ips: ["10.0.1.1"] })
  .namespace("x", { team: "red" })
  .pod("web", { labels: { app: "web" }, ips: ["10.0.0.1"], ports: [containerPort("http", 8080)] })
  .pod("client", { labels: { app: "client" }, ips: ["10.0.0.2"] });

const policy = (spec: string): string =>
  `{apiVersion: networking.k8s.io/v1, kind: NetworkPolicy, metadata: {name: p, namespace: x}, spec: ${spec}}`;

const pod = (name: string): string =>
  `{apiVersion: v1, kind: Pod, metadata: {name: ${name}, namespace: x, labels: {app: ${name}}}, spec: {containers: [{name: c}]}}`;

const read = (...objects: readonly string[]) => clusterOf([pod("web"), pod("client"), ...objects].join("\n---\n"));

const wide = (kind: string, version: string, spec: string): string =>
  `{apiVersion: policy.networking.k8s.io/${version}, kind: ${kind}, metadata: {name: default}, spec: ${spec}}`;

describe("kube-network-policies", () => {
  test.each(["ingress", "egress"] as const)(
    "a pod isolated in the other direction only is still subject to Baseline for %s",
    (direction) => {
      const other = direction === "ingress" ? "egress" : "ingress";
      const baseline = { tier: "Baseline", [direction]: [clusterRule("Deny", [podsIn()])] } as const;
      const built = town
        .policy("p", { subject: web, [other]: [rule()] })
        .clusterPolicy("base", baseline)
        .build();
      const [from, to] = direction === "ingress" ? ["x/client", "x/web"] : ["x/web", "x/client"];
      expect([outcome(built, from, to), reasons(built, from, to)[direction].decidedBy]).toEqual(["denied", "Baseline"]);
    },
  );

  test("a port without a protocol, as it is before the server's defaults, is TCP", () => {
    expect(
      connections(read(policy("{podSelector: {matchLabels: {app: web}}, ingress: [{ports: [{port: 80}, {}]}]}")), "x/client", "x/web"),
    ).toBe("TCP all");
  });

  test.each(["ingress: []", "ingress: null", "policyTypes: [Ingress]"])("no rule allows nothing, written as %s", (rules) => {
    expect(connections(read(policy(`{podSelector: {matchLabels: {app: web}}, ${rules}}`)), "x/client", "x/web")).toBe("none");
  });
});

describe("Kubescape", () => {
  test("two ends whose egress and ingress share no port are not connected (3903)", () => {
    const apart = town
      .policy("out", { subject: labelled({ app: "client" }), egress: [rule({ ports: [tcp(80, 90)] })] })
      .policy("in", { subject: web, ingress: [rule({ ports: [tcp(91, 100), ports("UDP", 80)] })] })
      .build();
    expect(connections(apart, "x/client", "x/web")).toBe("none");
  });

  test("a pod is not denied to itself (3904)", () => {
    const closed = town.policy("p", { ingress: [], egress: [] }).build();
    expect([outcome(closed, "x/web", "x/web"), reasons(closed, "x/web", "x/web").ingress.decidedBy]).toEqual(["allowed", "exempt"]);
  });

  test("named ports are resolved, not left unknown", () => {
    const byName = town.policy("p", { subject: web, ingress: [rule({ ports: [named("http")] })] }).build();
    expect(connections(byName, "x/client", "x/web")).toBe("TCP 8080");
  });
});

describe("cyclonus", () => {
  test.each(["", "policyTypes: [], "])("policyTypes that are not given are those the rules say: {%s…}", (types) => {
    const egressOnly = read(policy(`{podSelector: {matchLabels: {app: web}}, ${types}egress: [{ports: [{port: 53, protocol: UDP}]}]}`));
    expect([connections(egressOnly, "x/web", "x/client"), connections(egressOnly, "x/client", "x/web")]).toEqual(["UDP 53", "none"]);
  });

  test("an address that is none is a problem with a field, not a crash", () => {
    const text = policy("{podSelector: {}, ingress: [{from: [{ipBlock: {cidr: 10.0.0.300/24}}]}]}");
    expect(problemsOf(text)[0]).toContain("`spec.ingress[0].from[0].ipBlock.cidr`");
  });

  test("a named port belongs to the pod that declares it: one name is another number on another pod", () => {
    const two = town
      .pod("web2", { labels: { app: "web" }, ports: [containerPort("http", 9090)] })
      .policy("p", { subject: web, ingress: [rule({ ports: [named("http")] })] })
      .build();
    expect([connections(two, "x/client", "x/web"), connections(two, "x/client", "x/web2")]).toEqual(["TCP 8080", "TCP 9090"]);
  });

  test("one port is taken out of a range", () => {
    const all = ConnectionSet.of("TCP", PortSet.of(80, 90));
    expect(all.subtract(ConnectionSet.of("TCP", PortSet.of(85))).toString()).toBe("TCP 80-84,86-90");
  });
});

describe("policy-assistant", () => {
  test("egress to networks is decided", () => {
    const networks = { kind: "networks", cidrs: ["192.0.2.0/24"] } as const;
    const closed = town.clusterPolicy("c", { egress: [clusterRule("Deny", [networks])] }).build();
    expect([outcome(closed, "x/web", "ip:192.0.2.1"), outcome(closed, "x/web", "ip:198.51.100.1")]).toEqual(["denied", "allowed"]);
  });

  test("two policies of one priority are no crash", () => {
    const accept = { ingress: [clusterRule("Accept", [podsIn()])] };
    expect(outcome(town.clusterPolicy("a", accept).clusterPolicy("b", accept).build(), "x/client", "x/web")).toBe("allowed");
  });

  test("an AdminNetworkPolicy without rules says nothing", () => {
    const silent = read(wide("AdminNetworkPolicy", "v1alpha1", "{priority: 1, subject: {namespaces: {}}}"));
    expect(connections(silent, "x/client", "x/web")).toBe("all");
  });

  test("a range of one port is a range, and one that ends before it starts has no port", () => {
    const ranges = (start: number, end: number): string =>
      `{priority: 1, subject: {namespaces: {}}, ingress: [{action: Deny, from: [{namespaces: {}}], ports: [{portRange: {protocol: TCP, start: ${start}, end: ${end}}}]}]}`;
    const answers = [ranges(80, 80), ranges(81, 80)].map((spec) =>
      connections(read(wide("AdminNetworkPolicy", "v1alpha1", spec)), "x/client", "x/web"),
    );
    expect(answers).toEqual(["TCP 1-79,81-65535; UDP all; SCTP all", "all"]);
  });

  test("the protocol of a named port is that of the container port, not guessed from the name", () => {
    const odd = town
      .pod("dns", { labels: { app: "dns" }, ports: [containerPort("dns-tcp", 53, "UDP")] })
      .clusterPolicy("c", { ingress: [clusterRule("Deny", [podsIn()], [named("dns-tcp", null)])] })
      .build();
    expect(connections(odd, "x/client", "x/dns")).toBe("TCP all; UDP 1-52,54-65535; SCTP all");
  });

  test("every pod of a workload counts, not only the first: where their addresses decide differently, the answer is undecided", () => {
    const pods = ["10.0.0.1", "10.0.9.1"].map((ip, n) => ({ name: `web-${n}`, ips: [ip] }));
    const spread = cluster()
      .namespace("x")
      .deployment("web", { pods, replicas: 2 })
      .pod("client", { labels: { app: "client" }, ips: ["10.0.0.9"] })
      .policy("p", { subject: labelled({ app: "client" }), ingress: [rule({ peers: [ipBlock("10.0.0.0/24")] })] })
      .build();
    expect(["x/web/web-0", "x/web/web-1", "x/web"].map((from) => outcome(spread, from, "x/client"))).toEqual([
      "allowed",
      "denied",
      "undecided",
    ]);
  });
});

describe("network-config-analyzer", () => {
  test("without policyTypes an egress-only policy isolates ingress too: decided, not only warned about", () => {
    const egressOnly = read(policy("{podSelector: {matchLabels: {app: web}}, egress: [{}]}"));
    expect(reasons(egressOnly, "x/client", "x/web").ingress.isolatedBy.map(({ name }) => name)).toEqual(["p"]);
  });

  test("a block of addresses is held against pods too", () => {
    const byAddress = town.policy("p", { subject: web, ingress: [rule({ peers: [ipBlock("10.0.0.2/32")] })] }).build();
    expect([outcome(byAddress, "x/client", "x/web"), outcome(byAddress, "y/c", "x/web")]).toEqual(["allowed", "denied"]);
  });
});

describe("antctl", () => {
  const some = town
    .policy("in", {
      subject: web,
      ingress: [rule({ peers: [ownPods()], ports: [tcp(80)] }), rule({ peers: [ipBlock("192.0.2.0/24")], ports: [tcp(443)] })],
    })
    .policy("out", { subject: labelled({ app: "client" }), egress: [rule({ peers: [ownPods(web)] })] })
    .build();

  test("ports and addresses are part of the answer", () => {
    expect([connections(some, "x/client", "x/web"), connections(some, "ip:192.0.2.1", "x/web")]).toEqual(["TCP 80", "TCP 443"]);
  });

  test("each direction has its own deciding rules", () => {
    const { egress, ingress } = reasons(some, "x/client", "x/web");
    expect([egress, ingress].map(({ allowedBy }) => allowedBy.map((each) => each.policy.name))).toEqual([["out"], ["in"]]);
  });
});

describe("Kano and its descendants", () => {
  test("who reaches whom is not who is reached: the directions are not merged", () => {
    const oneWay = town.policy("p", { subject: web, ingress: [] }).build();
    expect([connections(oneWay, "x/client", "x/web"), connections(oneWay, "x/web", "x/client")]).toEqual(["none", "all"]);
  });

  test("namespaces matter: a podSelector alone means the policy's own", () => {
    const own = town.policy("p", { subject: web, ingress: [rule({ peers: [ownPods()] })] }).build();
    expect([outcome(own, "x/client", "x/web"), outcome(own, "y/c", "x/web")]).toEqual(["allowed", "denied"]);
  });
});

describe("illuminatio", () => {
  test("egress is evaluated as well as ingress", () => {
    const closed = town.policy("p", { subject: web, egress: [] }).build();
    expect(outcome(closed, "x/web", "x/client")).toBe("denied");
  });
});

describe("cdk8s-plus", () => {
  test.each([
    ["every port written as 0 to 65535", "ports: [{port: 0, endPort: 65535}]", "spec.ingress[0].ports[0].port"],
    ["a block that is no address", "from: [{ipBlock: {cidr: 999.1.1.1/99}}]", "spec.ingress[0].from[0].ipBlock.cidr"],
  ])("%s is refused, as the API server refuses it", (_name, entry, field) => {
    const { value, problems } = toCluster(objectsOf(policy(`{podSelector: {}, ingress: [{${entry}}]}`)));
    expect([value.policies, problems[0]?.severity, problems[0]?.field]).toEqual([[], "error", field]);
  });

  test("a rule for SCTP opens SCTP, and isolates for every protocol", () => {
    const sctp = read(policy("{podSelector: {matchLabels: {app: web}}, ingress: [{ports: [{protocol: SCTP, port: 9}]}]}"));
    expect(connections(sctp, "x/client", "x/web")).toBe("SCTP 9");
  });
});

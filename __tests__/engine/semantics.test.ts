/** What NetworkPolicy means: one test for each decision of docs/semantics.md, under the name it is linked by. */
import { selects } from "../../engine";
import { cluster, containerPort, ipBlock, labelled, named, ownPods, podsIn, ports, rule, tcp } from "../builders";
import { problemsOf } from "../inputs/kubernetes-objects";
import { connections, outcome, reasons } from "./outcome";
import { policyOnWeb, written } from "./written";

const web = labelled({ app: "web" });
const town = cluster()
  .namespace("y", { team: "blue" })
  .pod("other", { labels: { app: "client" } })
  .namespace("x", { team: "red" })
  .pod("web", { labels: { app: "web" }, ips: ["10.0.0.1"], ports: [containerPort("http", 8080)] })
  .pod("client", { labels: { app: "client" }, ips: ["10.0.0.2"] });

const toWeb = (spec: string): string => connections(written(policyOnWeb(spec)), "x/client", "x/web");
const fromWeb = (spec: string): string => connections(written(policyOnWeb(spec)), "x/web", "x/client");

describe("isolation", () => {
  test("without a policy everything flows, and the first policy that selects a pod isolates it in the directions it has", () => {
    const isolated = town.policy("p", { subject: web, ingress: [] }).build();
    expect([connections(town.build(), "x/client", "x/web"), connections(isolated, "x/client", "x/web")]).toEqual(["all", "none"]);
    expect(connections(isolated, "x/web", "x/client")).toBe("all");
  });

  test("policyTypes left out isolate ingress always, and egress when there is an egress rule", () => {
    expect([toWeb("ingress: []"), fromWeb("ingress: []")]).toEqual(["none", "all"]);
    expect([toWeb("egress: [{}]"), fromWeb("egress: [{ports: [{port: 53}]}]")]).toEqual(["none", "TCP 53"]);
    expect([toWeb("egress: []"), fromWeb("egress: []")]).toEqual(["none", "all"]);
  });

  test("policyTypes that are given are the only directions, with or without rules", () => {
    expect([toWeb("policyTypes: [Egress], ingress: []"), fromWeb("policyTypes: [Egress], ingress: [{}]")]).toEqual(["all", "none"]);
    expect([toWeb("policyTypes: [Ingress], egress: []"), fromWeb("policyTypes: [Ingress], egress: []")]).toEqual(["none", "all"]);
  });

  test("policies add up: what one allows no other takes away", () => {
    const both = town
      .policy("some", { subject: web, ingress: [rule({ ports: [tcp(80)] })] })
      .policy("none", { subject: web, ingress: [] })
      .policy("more", { subject: web, ingress: [rule({ ports: [tcp(443)] })] });
    expect(connections(both.build(), "x/client", "x/web")).toBe("TCP 80,443");
  });

  test("a connection needs the egress of its source and the ingress of its destination", () => {
    const halves = town
      .policy("out", { subject: labelled({ app: "client" }), egress: [rule({ ports: [tcp(80, 90)] })] })
      .policy("in", { subject: web, ingress: [rule({ ports: [tcp(85, 95)] })] });
    expect(connections(halves.build(), "x/client", "x/web")).toBe("TCP 85-90");
  });
});

describe("empty and absent", () => {
  test("no rule allows nothing, however it is written, and an empty rule allows everything", () => {
    expect(["ingress: []", "ingress: null", "policyTypes: [Ingress]"].map(toWeb)).toEqual(["none", "none", "none"]);
    expect(toWeb("ingress: [{}]")).toBe("all");
  });

  test("a rule without peers or ports, or with empty lists of them, is not restricted by them", () => {
    expect(["{from: []}", "{from: null}", "{ports: []}", "{from: [], ports: null}"].map((each) => toWeb(`ingress: [${each}]`))).toEqual([
      "all",
      "all",
      "all",
      "all",
    ]);
  });

  test("an empty subject selects every pod of the namespace, and none of another", () => {
    const everyPod = town.policy("p", { ingress: [] }).build();
    expect(["x/web", "x/client", "y/other"].map((to) => connections(everyPod, to === "x/web" ? "x/client" : "x/web", to))).toEqual([
      "none",
      "none",
      "all",
    ]);
  });

  test("in a peer, a selector that is null is not given, and one that is empty selects everything", () => {
    const from = (peer: string) => {
      const built = written(policyOnWeb(`ingress: [{from: [${peer}]}]`));
      return [connections(built, "x/client", "x/web"), connections(built, "y/other", "x/web")];
    };
    expect(from("{podSelector: {}, namespaceSelector: null}")).toEqual(["all", "none"]);
    expect(from("{podSelector: {}, namespaceSelector: {}}")).toEqual(["all", "all"]);
    expect(from("{podSelector: null, namespaceSelector: {}}")).toEqual(["all", "all"]);
    expect(problemsOf(policyOnWeb("ingress: [{from: [{podSelector: null, namespaceSelector: null}]}]"))[0]).toContain(
      "`spec.ingress[0].from[0]`",
    );
  });
});

describe("selectors", () => {
  test("every condition of a selector must hold, and those on an absent key hold when they say not", () => {
    const expressions = [
      { key: "tier", operator: "NotIn", values: ["back"] },
      { key: "old", operator: "DoesNotExist" },
    ] as const;
    const selector = { matchLabels: { app: "web" }, matchExpressions: expressions };
    const answers = [{ app: "web" }, { app: "web", tier: "front" }, { app: "web", tier: "back" }, { app: "web", old: "" }, {}];
    expect(answers.map((labels) => selects(selector, labels))).toEqual(["yes", "yes", "no", "no", "no"]);
    expect(selects({ matchExpressions: [{ key: "a", operator: "In", values: ["b"] }] }, {})).toBe("no");
  });

  test("a namespace has its name as a label, whatever else it has", () => {
    const byName = written(policyOnWeb("ingress: [{from: [{namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: y}}}]}]"));
    expect([connections(byName, "y/other", "x/web"), connections(byName, "x/client", "x/web")]).toEqual(["all", "none"]);
  });
});

describe("peers", () => {
  test("two selectors in one entry must both match, and of two entries one is enough", () => {
    const one = podsIn(labelled({ team: "blue" }), labelled({ app: "client" }));
    const two = [podsIn(labelled({ team: "blue" })), ownPods(labelled({ app: "client" }))];
    const answers = [[one], two].map((peers) => {
      const built = town.policy("p", { subject: web, ingress: [rule({ peers })] }).build();
      return ["y/other", "x/client"].map((from) => outcome(built, from, "x/web"));
    });
    expect(answers).toEqual([
      ["allowed", "denied"],
      ["allowed", "allowed"],
    ]);
  });

  test("a podSelector alone means pods of the policy's own namespace", () => {
    const own = town.policy("p", { subject: web, ingress: [rule({ peers: [ownPods(labelled({ app: "client" }))] })] }).build();
    expect([outcome(own, "x/client", "x/web"), outcome(own, "y/other", "x/web")]).toEqual(["allowed", "denied"]);
  });

  test("selectors never match an address outside the cluster", () => {
    const anyPod = town.policy("p", { subject: web, ingress: [rule({ peers: [podsIn()] })] }).build();
    expect([outcome(anyPod, "y/other", "x/web"), outcome(anyPod, "ip:192.0.2.1", "x/web")]).toEqual(["allowed", "denied"]);
  });

  test("the peer and the port must match in the same rule", () => {
    const ingress = [
      rule({ peers: [ownPods(labelled({ app: "nobody" }))], ports: [tcp(80)] }),
      rule({ peers: [ownPods(labelled({ app: "client" }))], ports: [tcp(443)] }),
    ];
    expect(connections(town.policy("p", { subject: web, ingress }).build(), "x/client", "x/web")).toBe("TCP 443");
  });
});

describe("ports", () => {
  test("the protocol is TCP when none is given, and without a port it is every port of the protocol", () => {
    expect(["{port: 80}", "{}", "{protocol: UDP}"].map((each) => toWeb(`ingress: [{ports: [${each}]}]`))).toEqual([
      "TCP 80",
      "TCP all",
      "UDP all",
    ]);
  });

  test("a range includes its endPort", () => {
    expect(toWeb("ingress: [{ports: [{port: 80, endPort: 90}]}]")).toBe("TCP 80-90");
  });

  test("a named port is resolved on each destination pod, by name and protocol", () => {
    const pods = town
      .pod("web2", { labels: { app: "web" }, ports: [containerPort("http", 9090), containerPort("http", 9091, "UDP")] })
      .pod("web3", { labels: { app: "web" } });
    const inward = pods.policy("p", { subject: web, ingress: [rule({ ports: [named("http")] })] }).build();
    expect(["x/web", "x/web2", "x/web3"].map((to) => connections(inward, "x/client", to))).toEqual(["TCP 8080", "TCP 9090", "none"]);
    const outward = pods.policy("p", { subject: labelled({ app: "client" }), egress: [rule({ ports: [named("http")] })] }).build();
    expect(["x/web", "x/web2", "ip:192.0.2.1"].map((to) => connections(outward, "x/client", to))).toEqual(["TCP 8080", "TCP 9090", "none"]);
  });

  test("a name that several containers declare stands for all of their ports, sidecars included", () => {
    const declared = [containerPort("http", 80), containerPort("http", 81), { ...containerPort("http", 82), sidecar: true as const }];
    const twice = cluster()
      .namespace("x")
      .pod("client")
      .pod("web", { labels: { app: "web" }, ports: declared })
      .policy("p", { subject: web, ingress: [rule({ ports: [named("http")] })] });
    expect(connections(twice.build(), "x/client", "x/web")).toBe("TCP 80-82");
  });

  test("SCTP is a protocol of its own: a rule for it allows no TCP, and isolates for TCP too", () => {
    const sctp = town.policy("p", { subject: web, ingress: [rule({ ports: [ports("SCTP", 9)] })] }).build();
    expect(connections(sctp, "x/client", "x/web")).toBe("SCTP 9");
  });

  test("answers speak of TCP, UDP and SCTP only, and a rule for another protocol is refused", () => {
    const all = (["TCP", "UDP", "SCTP"] as const).map((protocol) => ports(protocol, 1, 65535));
    const open = town.policy("p", { subject: web, ingress: [rule({ ports: all })] }).build();
    expect([connections(open, "x/client", "x/web"), reasons(open, "x/client", "x/web").ingress.allowedBy.length]).toEqual(["all", 1]);
    expect(problemsOf(policyOnWeb("ingress: [{ports: [{protocol: ICMP}]}]"))[0]).toContain("must be one of TCP, UDP, SCTP, not `ICMP`");
  });
});

describe("address blocks", () => {
  test("exceptions are taken out of their own block only", () => {
    const block = (...peers: readonly ReturnType<typeof ipBlock>[]) =>
      town.policy("p", { subject: web, ingress: [rule({ peers })] }).build();
    const cut = ipBlock("192.0.2.0/24", "192.0.2.128/25");
    expect(["ip:192.0.2.1", "ip:192.0.2.129"].map((from) => outcome(block(cut), from, "x/web"))).toEqual(["allowed", "denied"]);
    expect(outcome(block(cut, ipBlock("192.0.2.129/32")), "ip:192.0.2.129", "x/web")).toBe("allowed");
  });

  test("host bits of a block are masked, and an unmasked one is accepted with a warning", () => {
    const unmasked = policyOnWeb("ingress: [{from: [{ipBlock: {cidr: 192.0.2.9/24}}]}]");
    expect(outcome(written(unmasked), "ip:192.0.2.200", "x/web")).toBe("allowed");
    expect(problemsOf(unmasked).some((text) => text.startsWith("warning: ") && text.includes("192.0.2.9/24"))).toBe(true);
  });

  test("blocks of one family match nothing of the other", () => {
    const four = town.policy("p", { subject: web, ingress: [rule({ peers: [ipBlock("0.0.0.0/0")] })] }).build();
    expect([outcome(four, "ip:192.0.2.1", "x/web"), outcome(four, "ip:2001:db8::1", "x/web")]).toEqual(["allowed", "denied"]);
  });
});

import fc from "fast-check";
import { type CniSettings, vpcCni } from "../../../engine";
import { unknown } from "../../../engine/model";
import { anyCluster } from "../../arbitraries/cluster";
import { anyFlowPick, flowOf } from "../../arbitraries/flow";
import {
  cluster,
  clusterRule,
  containerPort,
  ipBlock,
  labelled,
  named,
  ownPods,
  podsIn,
  rule,
  tcp,
  type ServiceOptions,
} from "../../builders";
import { check } from "../../property-runs";
import { answers, arriving, causes, current, pinged } from "./cases";

const web = { app: "web" };
const six: CniSettings = { ...current, ipFamily: "IPv6" };

describe("traffic from outside, through nodes and load balancers", () => {
  /** A pod on one of two nodes, behind a node port, with rules for whom it lets in. */
  const town = (service: ServiceOptions, ...ingress: Parameters<typeof rule>[0][]) =>
    cluster()
      .node("own", ["172.30.0.1"])
      .node("other", ["172.30.0.2"])
      .namespace("x")
      .pod("web", { labels: web, ips: ["10.0.0.1"], node: "own" })
      .pod("client", { ips: ["10.0.0.2"], node: "other" })
      .service("web", {
        type: "NodePort",
        selector: labelled(web),
        ports: [{ port: 80, protocol: "TCP", targetPort: 80, nodePort: 30080 }],
        ...service,
      })
      .policy("p", { subject: labelled(web), ingress: ingress.map((each) => rule(each)) })
      .build();

  test("L-20: behind a node port, traffic comes as from the node it came in by: by the own node always, by another only with a block", () => {
    const selected = town({}, { peers: [ownPods()] });
    expect(arriving(selected, "x", "web")).toEqual(["node port node own: allowed / allowed", "node port node other: denied / denied"]);
    const block = town({}, { peers: [ipBlock("172.30.0.0/24")], ports: [tcp(80)] });
    expect(arriving(block, "x", "web")).toEqual(["node port node own: allowed / allowed", "node port node other: allowed / allowed"]);
    expect(answers(selected, "ip:172.30.0.1", "x/web")).toBe("allowed / allowed");
    expect(answers(selected, "ip:172.30.0.2", "x/web")).toBe("denied / denied");
  });

  test("L-20: under `externalTrafficPolicy: Local` clients keep their address, and a block for the nodes does not let them in", () => {
    const local = { externalTrafficPolicy: "Local" } as const;
    const [first] = arriving(town(local, { peers: [ipBlock("192.0.2.0/24")] }), "x", "web");
    expect(first).toContain(": allowed / allowed");
    expect(answers(town(local, { peers: [ipBlock("172.30.0.2/32")] }), "ip:192.0.2.1", "x/web")).toBe("denied / denied");
    const nodes = arriving(town(local, { peers: [ipBlock("172.30.0.2/32")] }), "x", "web");
    expect(nodes.filter((each) => each.endsWith("denied / denied"))).toHaveLength(1);
  });

  test("L-20: with an exception elsewhere, both read the clients' addresses in their own way", () => {
    const rules = [{ peers: [ipBlock("192.0.2.0/24")] }, { peers: [ipBlock("0.0.0.0/0", "192.0.2.128/25")], ports: [tcp(443)] }];
    const through = arriving(town({ externalTrafficPolicy: "Local" }, ...rules), "x", "web");
    expect(through).toContain("node port 192.0.2.128-192.0.2.255: allowed / denied");
  });

  test("L-20: a load balancer with pods for targets arrives from its own subnets, whose block must be allowed", () => {
    const balanced = (...ingress: Parameters<typeof rule>[0][]) => town({ type: "LoadBalancer" }, ...ingress);
    expect(answers(balanced({ peers: [ownPods()] }), "ip:10.20.1.7", "x/web")).toBe("denied / denied");
    expect(answers(balanced({ peers: [ipBlock("10.20.1.0/24")] }), "ip:10.20.1.7", "x/web")).toBe("allowed / allowed");
  });

  test("L-20: a pod leaves for a node port as for an address, which no selector names", () => {
    const leaving = cluster()
      .node("own", ["172.30.0.1"])
      .node("other", ["172.30.0.2"])
      .namespace("x")
      .pod("web", { labels: web, ips: ["10.0.0.1"], node: "own" })
      .policy("p", { egress: [rule({ peers: [podsIn()] })] })
      .build();
    expect(answers(leaving, "x/web", "ip:172.30.0.2", 30080)).toBe("denied / denied");
    expect(answers(leaving, "x/web", "ip:172.30.0.1", 30080)).toBe("denied / allowed");
    expect(causes(leaving)).toEqual(new Set(["L-33"]));
  });
});

describe("port names without pods", () => {
  const idle = (replicas: number) =>
    cluster()
      .namespace("x")
      .deployment("web", { labels: web, replicas, ports: [containerPort("http", 8080)] })
      .deployment("client")
      .policy("p", { subject: labelled(web), ingress: [rule({ ports: [named("http"), tcp(443)] })] })
      .build();

  test("L-26: while no pod of the policy runs, a rule with a named port is not there, its numbers neither", () => {
    expect(answers(idle(0), "x/client", "x/web", 443)).toBe("allowed / denied");
    expect(answers(idle(0), "x/client", "x/web", 8080)).toBe("allowed / denied");
    expect(causes(idle(0))).toEqual(new Set(["L-26"]));
    expect(answers(idle(1), "x/client", "x/web", 443)).toBe("allowed / allowed");
    const numbers = cluster()
      .namespace("x")
      .deployment("web", { labels: web, replicas: 0 })
      .deployment("client")
      .policy("p", { subject: labelled(web), ingress: [rule({ ports: [tcp(443)] })] })
      .build();
    expect(answers(numbers, "x/client", "x/web", 443)).toBe("allowed / allowed");
  });
});

describe("ICMP", () => {
  const town = (...ingress: Parameters<typeof rule>[0][]) =>
    cluster()
      .node("n1", ["172.30.0.1"])
      .namespace("x")
      .pod("web", { labels: web, ips: ["10.0.0.1"], node: "n1" })
      .pod("client", { ips: ["10.0.0.2"], node: "n2" })
      .policy("p", { subject: labelled(web), ingress: ingress.map((each) => rule(each)) })
      .build();

  test("L-27: only a rule without ports lets ping in, and one that names every port does not", () => {
    expect(pinged(town({ peers: [ownPods()] }), "x/client", "x/web")).toBe("undecided / allowed");
    expect(pinged(town({ peers: [ownPods()], ports: [tcp(80)] }), "x/client", "x/web")).toBe("undecided / denied");
    const everyPort = (["TCP", "UDP", "SCTP"] as const).map((protocol) => ({ kind: "range", protocol, from: 1, to: 65535 }) as const);
    expect(pinged(town({ peers: [ownPods()], ports: everyPort }), "x/client", "x/web")).toBe("undecided / denied");
    expect(pinged(town(), "x/client", "x/web")).toBe("undecided / denied");
  });

  test("L-27: both ends have to let it through, and where no policy applies both do", () => {
    const leaving = town({ peers: [ownPods()] });
    const closed = { ...leaving, policies: [...leaving.policies, { namespace: "x", name: "q", subject: {}, egress: [] }] };
    const cni = vpcCni(closed, current);
    const [server, client] = closed.workloads.map((workload) => ({ kind: "workload", workload }) as const);
    expect(server === undefined || client === undefined ? undefined : cni.ping(client, server)).toEqual({
      specification: "undecided",
      vpcCni: "denied",
      egress: "denied",
      ingress: "allowed",
    });
    expect(pinged(leaving, "x/web", "x/client")).toBe("allowed / allowed");
    expect(pinged(leaving, "x/web", "x/web")).toBe("allowed / allowed");
  });

  test("L-27: the own node, exceptions, the limit, strict mode and what is not enforced are what they are for connections", () => {
    expect(pinged(town(), "ip:172.30.0.1", "x/web")).toBe("undecided / allowed");
    const excepted = town({ peers: [ipBlock("192.0.2.0/24")] }, { peers: [ipBlock("0.0.0.0/0", "192.0.2.128/25")], ports: [tcp(443)] });
    expect(pinged(excepted, "ip:192.0.2.1", "x/web")).toBe("undecided / allowed");
    expect(pinged(excepted, "ip:192.0.2.129", "x/web")).toBe("undecided / denied");
    const many = town({ peers: [ownPods()] }, { peers: [ownPods()], ports: Array.from({ length: 24 }, (_, n) => tcp(1000 + 2 * n)) });
    expect(pinged(many, "x/client", "x/web")).toBe("undecided / undecided");
    const strict: CniSettings = { ...current, mode: "strict" };
    expect(pinged(town({}), "x/client", "x/web", strict)).toBe("undecided / denied");
    expect(pinged(town(), "x/client", "x/web", { ...current, enabled: false })).toBe("undecided / allowed");
  });

  test("L-27: over IPv6 all of it passes, and in a cluster of an unknown family nobody knows", () => {
    const closed = cluster().namespace("x").deployment("web", { labels: web }).deployment("client").policy("p", { ingress: [] }).build();
    expect(pinged(closed, "x/client", "x/web", six)).toBe("undecided / allowed");
    expect(pinged(closed, "ip:2001:db8::1", "x/web")).toBe("undecided / allowed");
    expect(pinged(closed, "x/client", "x/web", { ...current, ipFamily: unknown("the family") })).toBe("undecided / undecided");
    expect(pinged(closed, "x/client", "x/web")).toBe("undecided / denied");
  });

  test("L-27: cluster-wide policies of the specification say nothing here, and leave it open there", () => {
    const tiers = cluster()
      .namespace("x")
      .deployment("web")
      .deployment("client")
      .clusterPolicy("deny", { ingress: [clusterRule("Deny", [podsIn()])] })
      .build();
    expect(pinged(tiers, "x/client", "x/web")).toBe("undecided / allowed");
  });

  test("ICMP gets through only where some connection does, and wherever every connection does through rules without ports", () => {
    const picks = fc.array(anyFlowPick, { minLength: 6, maxLength: 6 });
    let met = 0;
    const property = fc.property(anyCluster({ hostNetwork: true, tiers: true }), picks, (drawn, flows) => {
      const cni = vpcCni(drawn, current);
      for (const pick of flows) {
        const { from, to } = flowOf(drawn, pick);
        if ([from, to].some((end) => end.kind === "address" && end.address.includes(":"))) continue;
        const { certain, possible } = cni.connections(from, to);
        const { vpcCni: passes } = cni.ping(from, to);
        if (passes === "allowed") expect(certain.isAll).toBe(true);
        if (passes !== "denied") expect(possible.isEmpty).toBe(false);
        if (passes !== "allowed") met++;
      }
    });
    check("VPC CNI, ICMP", 150, property);
    expect(met).toBeGreaterThan(0);
  });
});

/**
 * A Service is held against the reference evaluator: what it says of each workload behind it must be what the reference says of the pod and
 * port that Kubernetes would pick.
 */
import fc from "fast-check";
import { evaluate } from "../../engine";
import { unknown } from "../../engine/model";
import type { Cluster, Endpoint, Outcome, Rule, Workload } from "../../engine/model";
import { reachService, type ServiceReach } from "../../engine/services/services";
import { anyCluster } from "../arbitraries/cluster";
import { pickOf } from "../arbitraries/flow";
import { withService } from "../arbitraries/service";
import { cluster, clusterRule, containerPort, endpoint, ipBlock, labelled, podsIn, rule, tcp } from "../builders";
import type { ServiceOptions } from "../builders";
import { referenceOutcome } from "../reference/evaluator";
import { check } from "../property-runs";

/** The pod port a Service's traffic goes to, read off its definition; undefined: none. */
function targetIn({ services }: Cluster, workload: Workload): number | undefined {
  const [service] = services;
  const [first] = service!.ports;
  const { port, protocol } = first!;
  if (service!.headless) return port as number;
  const { targetPort } = service!.ports.find((each) => each.port === port && each.protocol === protocol)!;
  if (typeof targetPort === "number") return targetPort;
  return workload.ports.find((each) => each.name === targetPort && each.protocol === protocol)?.port as number | undefined;
}

test("each workload behind a random service gets what the reference says of its pods and port", () => {
  const property = fc.property(withService(anyCluster({ tiers: true })), fc.nat(), (drawn, pick) => {
    const [service] = drawn.services;
    const { port, protocol } = service!.ports[0]!;
    const from: Endpoint = { kind: "workload", workload: pickOf(drawn.workloads, pick) };
    const { backends } = reachService(evaluate(drawn), from, { namespace: "ns0", name: "service" }, port as number, protocol);
    const selected = drawn.workloads.filter(
      ({ namespace, labels }) =>
        namespace === "ns0" && Object.entries(service!.selector!.matchLabels ?? {}).every(([key, value]) => labels[key] === value),
    );
    expect(new Set(backends.map(({ workload }) => workload))).toEqual(new Set(selected));
    for (const { workload, port: target, outcome, isHairpin } of backends) {
      expect(target).toBe(targetIn(drawn, workload));
      if (target === undefined || isHairpin) continue;
      const expected = referenceOutcome(drawn, { from, to: { kind: "workload", workload }, protocol, port: target });
      expect({ workload: workload.name, outcome }).toEqual({ workload: workload.name, outcome: expected });
    }
  });
  check("services", 150, property);
});

test("the answer of a random service is the sum of its endpoints", () => {
  const property = fc.property(withService(anyCluster({ tiers: true })), fc.nat(), (drawn, pick) => {
    const { port, protocol } = drawn.services[0]!.ports[0]!;
    const from: Endpoint = { kind: "workload", workload: pickOf(drawn.workloads, pick) };
    const { answer, backends } = reachService(evaluate(drawn), from, { namespace: "ns0", name: "service" }, port as number, protocol);
    const endpoints = new Set<Outcome | undefined>(backends.filter(({ port }) => port !== undefined).map(({ outcome }) => outcome));
    const several = endpoints.has("allowed") && endpoints.has("denied") ? "some" : "undecided";
    const single = { allowed: "all", denied: "none", undecided: "undecided" } as const;
    const [only] = endpoints;
    expect(answer).toBe(only === undefined ? "no endpoints" : endpoints.size > 1 ? several : single[only]);
  });
  check("answers of services", 150, property);
});

const web = labelled({ app: "web" });
const to = (port: number, targetPort: number | string, protocol: "TCP" | "UDP" | "SCTP" = "TCP") => ({ port, targetPort, protocol });

const town = cluster()
  .namespace("y")
  .pod("client", { ips: ["10.0.0.9"] })
  .namespace("x");
const shop = town
  .deployment("v1", { labels: { app: "web" }, ports: [containerPort("http", 8080)], replicas: 2 })
  .deployment("v2", { labels: { app: "web" }, ports: [containerPort("http", 9090)], replicas: 2 });

function ask(built: Cluster, port: number | string = 80, protocol: "TCP" | "UDP" | "SCTP" = "TCP", from = "y/client"): ServiceReach {
  return reachService(evaluate(built), endpoint(built, from), { namespace: "x", name: "web" }, port, protocol);
}
const service = (options: ServiceOptions): ServiceOptions => ({ selector: web, ...options });
const byName = ({ backends }: ServiceReach) => backends.map(({ workload, port, outcome }) => [workload.name, port, outcome]);

describe("a service with a named target", () => {
  const built = shop.service("web", service({ ports: [to(80, "http")] }));

  test("leads to another port on each workload", () => {
    expect(byName(ask(built.build()))).toEqual([
      ["v1", 8080, "allowed"],
      ["v2", 9090, "allowed"],
    ]);
  });

  test("works by chance when a policy opens the port of one of them", () => {
    const reach = ask(built.policy("p", { ingress: [rule({ ports: [tcp(8080)] })] }).build());
    expect([reach.answer, reach.outcome]).toEqual(["some", "undecided"]);
    expect(byName(reach)).toEqual([
      ["v1", 8080, "allowed"],
      ["v2", 9090, "denied"],
    ]);
    expect(reach.backends[1]?.verdict?.ingress.isolatedBy).toMatchObject([{ name: "p" }]);
  });

  test("has no endpoint where the name is of another protocol", () => {
    const udp = town
      .deployment("v1", { labels: { app: "web" }, ports: [containerPort("http", 8080, "UDP")] })
      .service("web", service({ ports: [to(80, "http")] }));
    const reach = ask(udp.build());
    expect([reach.answer, reach.outcome, byName(reach)]).toEqual(["no endpoints", "denied", [["v1", undefined, undefined]]]);
  });

  test("is undecided where the ports of a pod are not known", () => {
    const later = town
      .deployment("v1", { labels: { app: "web" }, ports: [], unknownPorts: unknown("later") })
      .service("web", service({ ports: [to(80, "http")] }));
    expect(ask(later.build())).toMatchObject({ answer: "undecided", unknowns: [{ because: "later" }] });
  });
});

test("a policy that opens the service's port and not the target's opens nothing", () => {
  const built = shop.policy("p", { ingress: [rule({ ports: [tcp(80)] })] }).service("web", service({ ports: [to(80, 8080)] }));
  expect(ask(built.build()).answer).toBe("none");
});

test("DNS answers by number, by name and by protocol, each port on its own", () => {
  const dns = town
    .deployment("coredns", { labels: { app: "web" }, ports: [containerPort("dns", 5353, "UDP"), containerPort("dns-tcp", 5354)] })
    .policy("p", { ingress: [rule({ ports: [{ kind: "named", name: "dns", protocol: "UDP" }] })] })
    .service(
      "web",
      service({
        ports: [
          { ...to(53, "dns", "UDP"), name: "dns" },
          { ...to(53, "dns-tcp"), name: "dns-tcp" },
        ],
      }),
    )
    .build();
  expect([ask(dns, 53, "UDP").answer, ask(dns, 53).answer, ask(dns, "dns", "UDP").answer, ask(dns, "dns-tcp").answer]).toEqual([
    "all",
    "none",
    "all",
    "none",
  ]);
  expect([ask(dns, 53, "SCTP").answer, ask(dns, 54).answer, ask(dns, "metrics").answer]).toEqual(["no port", "no port", "no port"]);
});

test("SCTP is a protocol of its own", () => {
  const built = shop.policy("p", { ingress: [rule({ ports: [{ kind: "range", protocol: "SCTP", from: 36412, to: 36412 }] })] });
  const ports = [to(36412, 36412, "SCTP"), to(36412, 36412)];
  const both = built.service("web", service({ ports })).build();
  expect([ask(both, 36412, "SCTP").answer, ask(both, 36412, "TCP").answer]).toEqual(["all", "none"]);
});

test("a headless service translates nothing", () => {
  const built = shop
    .policy("p", { ingress: [rule({ ports: [tcp(80)] })] })
    .service("web", service({ headless: true, ports: [{ ...to(80, 8080), name: "http" }] }))
    .build();
  expect([ask(built, 80).answer, ask(built, 8080).answer, ask(built, "http").answer]).toEqual(["all", "none", "none"]);
});

test("what is resolved elsewhere is undecided, with the reason", () => {
  const external = town.service("web", { type: "ExternalName" }).build();
  const manual = town.service("web", { ports: [to(80, 80)] }).build();
  expect(ask(external)).toMatchObject({
    answer: "undecided",
    backends: [],
    unknowns: [{ because: expect.stringContaining("x/web") as string }],
  });
  expect(ask(manual)).toMatchObject({ answer: "undecided", unknowns: [{ because: expect.stringContaining("no selector") as string }] });
});

test("a workload without pods is no endpoint, and one that may be empty leaves the answer open", () => {
  const of = (replicas: Workload["replicas"]) =>
    town
      .deployment("v1", { labels: { app: "web" }, ...(replicas === undefined ? {} : { replicas }) })
      .service("web", service({ ports: [to(80, 80)] }))
      .build();
  expect([0, 1, unknown("later"), undefined].map((replicas) => ask(of(replicas)).answer)).toEqual([
    "no endpoints",
    "all",
    "undecided",
    "all",
  ]);
});

test("a client alone behind a service, or beside a replica that the service may lead to, is undecided only where the two differ", () => {
  const from = (ingress: readonly Rule[]) => {
    const pods = [{ name: "v1-0", ips: [] }];
    const built = cluster()
      .namespace("x")
      .deployment("v1", { labels: { app: "web" }, replicas: unknown("var.replicas"), pods })
      .service("web", service({ ports: [to(80, 80)] }))
      .policy("p", { ingress })
      .build();
    return reachService(evaluate(built), endpoint(built, "x/v1"), { namespace: "x", name: "web" }, 80);
  };
  expect(from([rule({ ports: [tcp(80)] })]).answer).toBe("all");
  expect(from([])).toMatchObject({ answer: "undecided", unknowns: [{ because: "var.replicas" }] });
});

test("a label that is not known leaves open who is behind the service", () => {
  const built = town
    .deployment("v1", { labels: { app: unknown("later") } })
    .service("web", service({ ports: [to(80, 80)] }))
    .build();
  expect(ask(built)).toMatchObject({ answer: "undecided", outcome: "undecided" });
});

test("a target that is not known leaves the answer open", () => {
  const built = shop.service("web", service({ ports: [{ port: 80, protocol: "TCP", targetPort: unknown("later") }] })).build();
  expect(ask(built)).toMatchObject({ answer: "undecided", unknowns: [{ because: "later" }] });
});

test("a service that is not there is refused", () => {
  expect(() => ask(town.build())).toThrow("no service `x/web`");
});

describe("a pod that reaches itself through its service", () => {
  const alone = (ips: readonly string[] = ["10.0.0.1"]) =>
    cluster()
      .namespace("x")
      .pod("a", { labels: { app: "web" }, ips });
  const served = alone().service("web", service({ ports: [to(80, 8080)] }));
  const self = (built: ReturnType<typeof alone>) => ask(built.build(), 80, "TCP", "x/a");
  const denied = { ingress: [clusterRule("Deny", [podsIn()])] };

  test("is kept from it by no NetworkPolicy", () => {
    expect(self(served.policy("p", { ingress: [], egress: [] }))).toMatchObject({
      answer: "all",
      backends: [{ isHairpin: true, port: 8080 }],
    });
  });

  test.each(["ingress", "egress"] as const)("is kept from it by a cluster-wide %s policy", (direction) => {
    const reach = self(served.clusterPolicy("c", { [direction]: [clusterRule("Deny", [podsIn()])] }));
    expect(reach.answer).toBe("none");
    expect(reach.backends[0]?.verdict?.[direction].clusterRules).toMatchObject([{ policy: { name: "c" }, action: "Deny" }]);
  });

  test("is kept from it by address as well, in both families", () => {
    const networks = (cidr: string) => ({ egress: [clusterRule("Deny", [{ kind: "networks", cidrs: [cidr] }])] });
    expect(self(served.clusterPolicy("c", networks("10.0.0.1/32"))).answer).toBe("none");
    expect(self(served.clusterPolicy("c", networks("10.0.0.2/32"))).answer).toBe("all");
    const six = alone(["fd00::1"]).service("web", service({ ports: [to(80, 8080)] }));
    expect(self(six.clusterPolicy("c", networks("fd00::/64"))).answer).toBe("none");
    const both = alone(["10.0.0.1", "fd00::1"]).service("web", service({ ports: [to(80, 8080)] }));
    expect(self(both.clusterPolicy("c", networks("fd00::/64"))).answer).toBe("undecided");
  });

  test("goes by the family of the service's address", () => {
    const both = alone(["10.0.0.1", "fd00::1"]).clusterPolicy("c", {
      egress: [clusterRule("Deny", [{ kind: "networks", cidrs: ["fd00::/64"] }])],
    });
    const by = (...clusterIps: string[]) => self(both.service("web", service({ clusterIps, ports: [to(80, 8080)] }))).answer;
    expect([by("10.96.0.1"), by("fd10::1"), by("10.96.0.1", "fd10::1")]).toEqual(["all", "none", "undecided"]);
  });

  test("is not kept from it by the Baseline tier once a NetworkPolicy isolates it", () => {
    const baseline = served.clusterPolicy("c", { tier: "Baseline", ...denied });
    expect([self(baseline).answer, self(baseline.policy("p", { ingress: [] })).answer]).toEqual(["none", "all"]);
  });

  test("is not kept from itself by way of a headless service, which gives its own address", () => {
    const headless = alone()
      .service("web", service({ headless: true, ports: [] }))
      .clusterPolicy("c", denied);
    expect(self(headless).answer).toBe("all");
  });

  test("is told apart from the replicas beside it", () => {
    const pods = [
      { name: "a-0", ips: ["10.0.0.1"] },
      { name: "a-1", ips: ["10.0.0.2"] },
    ];
    const built = cluster()
      .namespace("x")
      .deployment("a", { labels: { app: "web" }, pods, replicas: 2 })
      .policy("p", { ingress: [] })
      .service("web", service({ ports: [to(80, 8080)] }))
      .build();
    for (const from of ["x/a/a-0", "x/a"]) {
      const reach = ask(built, 80, "TCP", from);
      expect(reach.answer).toBe("some");
      expect(reach.backends.map(({ isHairpin, outcome }) => [isHairpin, outcome])).toEqual([
        [true, "allowed"],
        [false, "denied"],
      ]);
    }
  });
});

test("a service with addresses of one family leads to pods by that family", () => {
  const dual = cluster()
    .namespace("y")
    .pod("client", { ips: ["10.0.0.9", "fd00::9"] })
    .namespace("x")
    .pod("both", { labels: { app: "web" }, ips: ["10.0.0.1", "fd00::1"] })
    .policy("p", { ingress: [rule({ peers: [ipBlock("10.0.0.0/24")] })] });
  const by = (built: typeof dual, ...clusterIps: string[]) =>
    ask(built.service("web", service({ clusterIps, ports: [to(80, 80)] })).build());
  expect([by(dual, "10.96.0.1").answer, by(dual, "fd10::1").answer, by(dual, "10.96.0.1", "fd10::1").answer]).toEqual([
    "all",
    "none",
    "undecided",
  ]);
  const withOld = dual.pod("old", { labels: { app: "web" }, ips: ["10.0.0.2"] });
  expect(by(withOld, "fd10::1").backends.map(({ workload }) => workload.name)).toEqual(["both"]);
});

test("an address outside is a client like any other", () => {
  const built = shop
    .policy("p", { ingress: [rule({ peers: [ipBlock("192.0.2.0/24")] })] })
    .service("web", service({ ports: [to(80, 8080)] }))
    .build();
  expect([ask(built, 80, "TCP", "ip:192.0.2.1").answer, ask(built, 80, "TCP", "ip:198.51.100.1").answer]).toEqual(["all", "none"]);
});

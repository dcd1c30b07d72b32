/** Services of which something is not known: what is answered must hold however it turns out. */
import fc from "fast-check";
import { evaluate, reachService, serviceEntry } from "../../engine";
import { type Cluster, type Service, unknown } from "../../engine/model";
import { IpSet, parseAddress } from "../../engine/sets/ip-set";
import { anyCluster } from "../arbitraries/cluster";
import { anyFlowPick, flowOf } from "../arbitraries/flow";
import { withService } from "../arbitraries/service";
import { cluster, ipBlock, labelled, rule } from "../builders";
import { check } from "../property-runs";

const later = unknown("known after apply");

/** Each field that can be missing: how the Service looks then, and some of what it may turn out to be. */
const hidden: readonly { readonly field: string; readonly hides: Partial<Service>; readonly become: readonly Partial<Service>[] }[] = [
  {
    field: "type",
    hides: { type: "ClusterIP", unknownType: later },
    become: [{ type: "ClusterIP" }, { type: "NodePort" }, { type: "LoadBalancer" }, { type: "ExternalName" }],
  },
  {
    field: "ports",
    hides: { ports: [], unknownPorts: later },
    become: [{ ports: [] }, ...[80, 8080, "web"].map((targetPort) => ({ ports: [{ port: 80, protocol: "TCP" as const, targetPort }] }))],
  },
  {
    field: "clusterIP",
    hides: { clusterIps: [], headless: false, unknownClusterIps: later },
    become: [
      { headless: true },
      { clusterIps: ["10.96.0.1"] },
      { clusterIps: ["fd00:96::1"] },
      { clusterIps: ["10.96.0.1", "fd00:96::1"] },
    ],
  },
  {
    field: "externalTrafficPolicy",
    hides: { unknownExternalTrafficPolicy: later },
    become: [{ externalTrafficPolicy: "Local" }, { externalTrafficPolicy: "Cluster" }],
  },
  {
    field: "loadBalancerSourceRanges",
    hides: { sourceRanges: [], unknownSourceRanges: later },
    become: [{ sourceRanges: [] }, { sourceRanges: ["192.0.2.0/24"] }, { sourceRanges: ["10.0.0.0/8", "::/0"] }],
  },
];

const changed = (drawn: Cluster, change: Partial<Service>): Cluster => ({
  ...drawn,
  services: drawn.services.map((service) => ({ ...service, ...change })),
});

/** Two ports with one number, which the API server would refuse, cannot be told apart by their doors. */
const hasDistinctPorts = ({ services }: Cluster): boolean =>
  services.every(({ ports }) => new Set(ports.map(({ port, protocol }) => JSON.stringify([protocol, port]))).size === ports.length);

/** A Service gets addresses of families that pods of the cluster have. */
const canBe = ({ workloads }: Cluster, { clusterIps = [] }: Partial<Service>): boolean => {
  const spoken = workloads.flatMap(({ pods = [] }) => pods.flatMap(({ ips }) => ips)).map((ip) => parseAddress(ip).family);
  return clusterIps.every((ip) => spoken.includes(parseAddress(ip).family));
};

describe.each(hidden)("with `$field` not known", ({ field, hides, become }) => {
  const ref = { namespace: "ns0", name: "service" };
  const base = withService(anyCluster({ tiers: true })).map((drawn) => changed(drawn, { type: "LoadBalancer" }));

  test("a client gets the answer that holds in every case, or none", () => {
    const property = fc.property(base, anyFlowPick, fc.constantFrom(80, 443, 8080), (drawn, pick, port) => {
      const { from, protocol } = flowOf(drawn, pick);
      const ask = (within: Cluster) => reachService(evaluate(within), from, ref, port, protocol);
      const found = ask(changed(drawn, hides));
      const isOpen = found.answer === "undecided";
      const cases = isOpen ? [] : become.filter((change) => canBe(drawn, change)).map((change) => ask(changed(drawn, change)).answer);
      expect(cases.filter((answer) => answer !== found.answer)).toEqual([]);
      expect(found.unknowns.length > 0).toBe(isOpen);
    });
    check(`answers of services, ${field} not known`, 60, property);
  });

  test("clients from outside lie between their bounds in every case", () => {
    const property = fc.property(base, (drawn) => {
      fc.pre(hasDistinctPorts(drawn));
      const found = serviceEntry(evaluate(changed(drawn, hides)), ref);
      for (const change of become) {
        for (const door of serviceEntry(evaluate(changed(drawn, change)), ref).doors) {
          const same = found.doors.find(({ via, port, protocol }) => via === door.via && port === door.port && protocol === door.protocol);
          if (same === undefined) expect(found.unknowns).toEqual([later]);
          for (const [index, { clients }] of (same?.backends ?? []).entries()) {
            const exactly = door.backends?.[index]?.clients;
            expect(exactly?.possible.isSubsetOf(clients.possible)).toBe(true);
            expect(clients.certain.isSubsetOf(exactly?.certain ?? IpSet.none)).toBe(true);
          }
        }
      }
    });
    check(`doors of services, ${field} not known`, 40, property);
  });
});

describe("a Service that is partly known", () => {
  const town = cluster()
    .node("n1", ["172.30.0.1"])
    .namespace("x")
    .pod("web", { labels: { app: "web" }, ips: ["10.0.0.1"], node: "n1" })
    .pod("client", { ips: ["10.0.0.2"] })
    .policy("p", { subject: labelled({ app: "web" }), ingress: [rule({ peers: [ipBlock("10.0.0.0/8"), ipBlock("192.0.2.0/24")] })] });
  const shop = (rest: Partial<Service>): Cluster =>
    town
      .service("web", {
        type: "LoadBalancer",
        selector: labelled({ app: "web" }),
        ports: [{ port: 80, protocol: "TCP", targetPort: 8080, nodePort: 30080 }],
        clusterIps: ["10.96.0.1"],
        externalTrafficPolicy: "Local",
        ...rest,
      })
      .build();
  const ref = { namespace: "x", name: "web" };
  const reach = (rest: Partial<Service>, port: number | string = 80) => {
    const built = shop(rest);
    const client = built.workloads.find(({ name }) => name === "client")!;
    const { answer, unknowns } = reachService(evaluate(built), { kind: "workload", workload: client }, ref, port);
    return [answer, unknowns.map(({ because }) => because)];
  };

  test("is undecided about clients inside when its type is not known, since it may be a name of something outside", () => {
    expect(reach({})).toEqual(["all", []]);
    expect(reach({ unknownType: later })).toEqual(["undecided", ["known after apply"]]);
  });

  test("is undecided about a port it may have, and decided about one it has", () => {
    expect(reach({ unknownPorts: later })).toEqual(["all", []]);
    expect(reach({ unknownPorts: later }, 443)).toEqual(["undecided", ["known after apply"]]);
    expect(reach({ unknownPorts: later }, "admin")).toEqual(["undecided", ["known after apply"]]);
  });

  test("that may be headless is decided where translating makes no difference", () => {
    const mayBeHeadless = { clusterIps: [], unknownClusterIps: later };
    expect(reach(mayBeHeadless)).toEqual(["all", []]);
    expect(reach(mayBeHeadless, 8080)).toEqual(["undecided", ["known after apply"]]);
    expect(reach({ clusterIps: ["10.96.0.1"], unknownClusterIps: later }, 8080)).toEqual(["no port", []]);
  });

  test("is open to its load balancer's known ranges for certain, and perhaps to everyone", () => {
    const [door] = serviceEntry(evaluate(shop({ sourceRanges: ["192.0.2.0/25"], unknownSourceRanges: later })), ref).doors;
    expect(door).toMatchObject({ via: "load balancer", unknowns: [later] });
    const { certain, possible } = door!.backends![0]!.clients;
    expect(certain.toString()).toBe("192.0.2.0-192.0.2.127");
    expect(possible.contains({ family: "IPv4", value: 0xc00002ffn })).toBe(true);
  });

  test("is seen both ways while its externalTrafficPolicy is not known", () => {
    const [door] = serviceEntry(evaluate(shop({ unknownExternalTrafficPolicy: later })), ref).doors;
    expect(door).toMatchObject({ seenAs: "either", unknowns: [later] });
    expect(door!.backends![0]!.clients.possible.isAll).toBe(true);
  });

  test("lists the doors it may have when its type is not known, and lets nobody in for certain", () => {
    const { doors, unknowns } = serviceEntry(evaluate(shop({ type: "ClusterIP", unknownType: later })), ref);
    expect(unknowns).toEqual([later]);
    expect(doors.map(({ via }) => via)).toEqual(["load balancer", "node port"]);
    expect(doors.flatMap(({ backends = [] }) => backends.map(({ clients }) => clients.certain.isEmpty))).toEqual([true, true]);
  });
});

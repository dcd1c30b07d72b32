/** Who gets in from outside, and whose address the pods see. */
import fc from "fast-check";
import { evaluate, verdict } from "../../engine";
import { unknown } from "../../engine/model";
import type { Cluster, Service } from "../../engine/model";
import { serviceEntry } from "../../engine/services/service-entry";
import { formatAddress, IpSet, parseAddress } from "../../engine/sets/ip-set";
import { anyCluster } from "../arbitraries/cluster";
import { boundaryAddresses } from "../arbitraries/flow";
import { withService } from "../arbitraries/service";
import { cluster, ipBlock, labelled, rule } from "../builders";
import { check } from "../property-runs";

const ref = { namespace: "x", name: "web" };
const options = (rest: Partial<Service>): Partial<Service> => ({
  type: "NodePort",
  selector: labelled({ app: "web" }),
  ports: [{ port: 80, protocol: "TCP", targetPort: 8080, nodePort: 30080 }],
  ...rest,
});

/** Two nodes, and a pod on the first. */
const town = cluster().node("n1", ["172.30.0.1"]).node("n2", ["172.30.0.2"]).namespace("x");
const shop = town.pod("web", { labels: { app: "web" }, ips: ["10.0.0.1"], node: "n1" });
const inward = (...cidrs: string[]) => ({ ingress: [rule({ peers: cidrs.map((cidr) => ipBlock(cidr)) })] });

function onlyDoor(built: Cluster, via = "node port") {
  const [door, ...more] = serviceEntry(evaluate(built), ref).doors.filter((each) => each.via === via);
  expect(more).toEqual([]);
  return door!;
}
const texts = ({ certain, possible }: { readonly certain: IpSet; readonly possible: IpSet }) => [certain.toString(), possible.toString()];
const all = IpSet.all.toString();

describe("under externalTrafficPolicy Local", () => {
  const local = (rest: Partial<Service> = {}) => options({ externalTrafficPolicy: "Local", ...rest });

  test("pods see the client, so blocks decide who gets in; the pod's own node always does", () => {
    const door = onlyDoor(shop.policy("p", inward("192.0.2.0/24")).service("web", local()).build());
    expect(door).toMatchObject({ seenAs: "client", port: 30080, protocol: "TCP" });
    expect(texts(door.backends![0]!.clients)).toEqual(Array(2).fill("172.30.0.1,192.0.2.0-192.0.2.255"));
    expect(door.backends![0]!.sources.map(({ outcome }) => outcome)).toEqual(["allowed", "denied"]);
  });

  test("source ranges close a load balancer, and not the node port behind it", () => {
    const built = shop
      .policy("p", inward("192.0.2.0/24", "198.51.100.0/24", "172.30.0.1/32"))
      .service("web", local({ type: "LoadBalancer", sourceRanges: ["192.0.2.0/25", "2001:db8::/32"] }))
      .build();
    expect(texts(onlyDoor(built, "load balancer").backends![0]!.clients)).toEqual(Array(2).fill("192.0.2.0-192.0.2.127"));
    expect(onlyDoor(built, "load balancer").open.toString()).toBe(
      "192.0.2.0-192.0.2.127,2001:db8::-2001:db8:ffff:ffff:ffff:ffff:ffff:ffff",
    );
    expect(onlyDoor(built).open.isAll).toBe(true);
    expect(texts(onlyDoor(built).backends![0]!.clients)[0]).toContain("198.51.100.0-198.51.100.255");
  });

  test("every client of a random service gets the verdict of its own address", () => {
    const property = fc.property(withService(anyCluster({ tiers: true })), (drawn) => {
      const [service] = drawn.services;
      const [port] = service!.ports;
      const built = {
        ...drawn,
        services: [
          {
            ...service!,
            ...local({
              ports: [{ ...port!, nodePort: 30080 }],
              ...(service!.selector === undefined ? {} : { selector: service!.selector }),
            }),
          },
        ],
      };
      const evaluation = evaluate(built);
      const [door] = serviceEntry(evaluation, { namespace: "ns0", name: "service" }).doors;
      for (const { workload, port: target, clients } of door?.backends ?? []) {
        if (target === undefined) continue;
        for (const address of boundaryAddresses(built)) {
          const { outcome } = verdict(evaluation, {
            from: { kind: "address", address },
            to: { kind: "workload", workload },
            protocol: port!.protocol,
            port: target,
          });
          const [certain, possible] = [clients.certain, clients.possible].map((set) => set.contains(parseAddress(address)));
          expect([address, certain ? "allowed" : possible ? "undecided" : "denied"]).toEqual([address, outcome]);
        }
      }
    });
    check("doors of services", 60, property);
  });
});

describe("under externalTrafficPolicy Cluster", () => {
  test("pods see a node: through their own everybody gets in, through another only who allows it", () => {
    const door = onlyDoor(shop.policy("p", inward("192.0.2.0/24")).service("web", options({})).build());
    expect(door).toMatchObject({ seenAs: "node", unknowns: [] });
    expect(texts(door.backends![0]!.clients)).toEqual(["", all]);
    expect(door.backends![0]!.sources.map(({ node, outcome }) => [node, outcome])).toEqual([
      ["n1", "allowed"],
      ["n2", "denied"],
    ]);
    expect(door.backends![0]!.sources[0]!.verdict.ingress.decidedBy).toBe("exempt");
  });

  test("a block with the nodes lets every client in", () => {
    const door = onlyDoor(shop.policy("p", inward("172.30.0.0/24")).service("web", options({})).build());
    expect(texts(door.backends![0]!.clients)).toEqual([all, all]);
  });

  test("a node's address of a family the pod does not have is never seen", () => {
    const dual = cluster()
      .node("n1", ["172.30.0.1", "fd01::1"])
      .namespace("x")
      .pod("web", { labels: { app: "web" }, ips: ["10.0.0.1"], node: "n1" });
    const door = onlyDoor(dual.service("web", options({})).build());
    expect(door.backends![0]!.sources.map(({ addresses }) => addresses.toString())).toEqual(["172.30.0.1"]);
  });

  test("without nodes in the input it is undecided who gets in, unless the pod takes all", () => {
    const bare = cluster()
      .namespace("x")
      .pod("web", { labels: { app: "web" }, ips: ["10.0.0.1"] })
      .service("web", options({}));
    const closed = onlyDoor(bare.policy("p", inward("192.0.2.0/24")).build());
    expect(texts(closed.backends![0]!.clients)).toEqual(["", all]);
    expect(closed.unknowns).toHaveLength(1);
    expect(texts(onlyDoor(bare.build()).backends![0]!.clients)).toEqual([all, all]);
  });
});

test("what opens no door has none, and endpoints that are managed elsewhere are not known", () => {
  expect(serviceEntry(evaluate(shop.service("web", options({ type: "ClusterIP" })).build()), ref).doors).toEqual([]);
  const { selector: _, ...manual } = options({});
  expect(onlyDoor(town.service("web", manual).build())).toMatchObject({
    unknowns: [{ because: expect.stringContaining("no selector") as string }],
  });
});

test("a node port that the API server still has to choose is not known", () => {
  const built = shop.service("web", options({ ports: [{ port: 80, protocol: "TCP", targetPort: 8080 }] })).build();
  expect(onlyDoor(built).port).toMatchObject({ unknown: true });
});

test("a workload that may be none of the Service's leaves open who gets in", () => {
  const built = town
    .pod("web", { labels: { app: unknown("later") } })
    .service("web", options({ externalTrafficPolicy: "Local" }))
    .build();
  expect(texts(onlyDoor(built).backends![0]!.clients)).toEqual(["", all]);
  expect(formatAddress(parseAddress("10.0.0.1"))).toBe("10.0.0.1");
});

/** Exposure, case by case: who could come along, and what they would get. */
import { evaluate, parseAddress } from "../../engine";
import { exposure, type UnlistedExposure } from "../../engine/exposure/exposure";
import { unknown } from "../../engine/model";
import type { Cluster, Direction, Workload } from "../../engine/model";
import { nameLabel } from "../arbitraries/alphabet";
import { boundaryAddresses } from "../arbitraries/flow";
import { cluster, clusterRule, ipBlock, labelled, named, ownPods, podsIn, rule, tcp } from "../builders";

/** Entries as text: who, with what. */
const told = (entries: readonly UnlistedExposure[]): readonly string[] =>
  entries
    .map(({ namespaces: { present, future }, pods, connections: { certain, possible } }) => {
      const there = present === "all" ? "all" : `[${present.map(String).join()}]`;
      const bounds = certain.equals(possible) ? certain.toString() : `${certain.toString()} to ${possible.toString()}`;
      return `${there} ${JSON.stringify(future)} ${JSON.stringify(pods)}: ${bounds}`;
    })
    .sort();

const of = (built: Cluster, name: string, direction: Direction) => {
  const subject = built.workloads.find((each) => each.name === name) as Workload;
  return exposure(evaluate(built), subject).workloads[0]![direction];
};

const expression = (key: string, operator: "In" | "NotIn", ...values: string[]) => ({ matchExpressions: [{ key, operator, values }] });

describe("a workload that accepts", () => {
  const town = cluster()
    .namespace("y", { team: "blue" })
    .pod("c")
    .namespace("x", { team: "red" })
    .pod("a", { labels: { app: "a" } });
  const subject = labelled({ app: "a" });
  const accepting = (...peers: readonly ReturnType<typeof podsIn | typeof ownPods>[]): readonly string[] =>
    told(of(town.policy("p", { subject, ingress: [rule({ peers, ports: [tcp(80)] })] }).build(), "a", "ingress").unlisted);

  test("everything, not isolated, is open to any pod in any namespace", () => {
    const open = of(town.build(), "a", "ingress");
    expect(told(open.unlisted)).toEqual(["all {} {}: all"]);
    expect(open.isolated).toBe("no");
  });

  test("nothing is exposed to nobody", () => {
    const closed = of(town.policy("p", { subject, ingress: [] }).build(), "a", "ingress");
    expect(closed.unlisted).toEqual([]);
    expect(closed.otherNamespaces).toEqual([]);
    expect(closed.isolated).toBe("yes");
  });

  test("its own namespace is open to any pod in it", () => {
    expect(accepting(ownPods())).toEqual(["[x] undefined {}: TCP 80"]);
  });

  test("pods by label, anywhere", () => {
    expect(accepting(podsIn({}, labelled({ role: "client" })))).toEqual([`all {} {"matchLabels":{"role":"client"}}: TCP 80`]);
  });

  test("namespaces by label is open to those that are there and those to come", () => {
    expect(accepting(podsIn(labelled({ team: "blue" })))).toEqual([`[y] {"matchLabels":{"team":"blue"}} {}: TCP 80`]);
  });

  test("a namespace by name is not open to another one that is yet to come", () => {
    expect(accepting(podsIn(labelled({ [nameLabel]: "y" })))).toEqual(["[y] undefined {}: TCP 80"]);
  });

  test("a namespace that does not exist yet is open to it once it does", () => {
    expect(accepting(podsIn(labelled({ [nameLabel]: "z" })))).toEqual([`[] {"matchLabels":{"${nameLabel}":"z"}} {}: TCP 80`]);
  });

  test("whom no pod can be matches nobody", () => {
    const contradiction = { matchLabels: { role: "client" }, ...expression("role", "NotIn", "client") };
    expect(accepting(podsIn({}, contradiction))).toEqual([]);
  });

  test("two selectors that mean the same gives one entry", () => {
    const twice = [podsIn({}, labelled({ role: "client" })), podsIn({}, expression("role", "In", "client"))];
    expect(accepting(...twice)).toEqual([`all {} {"matchLabels":{"role":"client"}}: TCP 80`]);
  });

  test("a peer that a broader one includes adds no entry", () => {
    expect(accepting(podsIn(), podsIn({}, labelled({ role: "client" })), ownPods())).toEqual(["all {} {}: TCP 80"]);
  });

  test("two selectors that cover everything together is open to everybody", () => {
    const parts = [podsIn({}, expression("role", "In", "client")), podsIn({}, expression("role", "NotIn", "client"))];
    expect(accepting(...parts)).toEqual(["all {} {}: TCP 80"]);
  });

  test("pods without a label says so", () => {
    expect(accepting(podsIn({}, expression("role", "NotIn", "guest")))).toEqual([
      `all {} {"matchExpressions":[{"key":"role","operator":"NotIn","values":["guest"]}]}: TCP 80`,
    ]);
  });
});

test("pods of a namespace that may not send get nothing, whatever the workload accepts", () => {
  const built = cluster()
    .namespace("y")
    .policy("closed", { egress: [] })
    .policy("but", { subject: labelled({ role: "client" }), egress: [rule({ ports: [tcp(443)] })] })
    .namespace("x")
    .pod("a")
    .build();
  expect(told(of(built, "a", "ingress").unlisted)).toEqual(["[x] {} {}: all", `all {} {"matchLabels":{"role":"client"}}: TCP 443`]);
});

test("a deny of the Admin tier takes its pods out of what the workload accepts", () => {
  const built = cluster()
    .namespace("x")
    .pod("a")
    .clusterPolicy("c", { ingress: [clusterRule("Deny", [podsIn({}, labelled({ role: "guest" }))])] })
    .build();
  expect(told(of(built, "a", "ingress").unlisted)).toEqual([
    `all {} {"matchExpressions":[{"key":"role","operator":"NotIn","values":["guest"]}]}: all`,
  ]);
});

test("what the Admin tier passes on, NetworkPolicy decides, and Baseline where nothing isolates", () => {
  const guests = podsIn({}, labelled({ role: "guest" }));
  const built = cluster()
    .namespace("x")
    .pod("isolated", { labels: { app: "isolated" } })
    .pod("open")
    .policy("p", { subject: labelled({ app: "isolated" }), ingress: [rule({ peers: [guests], ports: [tcp(80)] })] })
    .clusterPolicy("first", { ingress: [clusterRule("Pass", [guests]), clusterRule("Accept", [podsIn()], [tcp(9090)])] })
    .clusterPolicy("last", { tier: "Baseline", ingress: [clusterRule("Deny", [podsIn()])] })
    .build();
  const isGuest = `{"matchLabels":{"role":"guest"}}`;
  const isNone = `{"matchExpressions":[{"key":"role","operator":"NotIn","values":["guest"]}]}`;
  expect(told(of(built, "isolated", "ingress").unlisted)).toEqual([`all {} ${isNone}: TCP 9090`, `all {} ${isGuest}: TCP 80`]);
  expect(told(of(built, "open", "ingress").unlisted)).toEqual([`all {} ${isNone}: TCP 9090`]);
});

test("a port by name may be any port of a pod that is not there yet", () => {
  const built = cluster()
    .namespace("x")
    .pod("a")
    .policy("p", { egress: [rule({ peers: [podsIn()], ports: [named("web"), tcp(53)] })] })
    .build();
  expect(told(of(built, "a", "egress").unlisted)).toEqual(["all {} {}: TCP 53 to TCP all"]);
});

test("too many combinations of labels are answered by bounds that hold for all of them", () => {
  const keys = Array.from({ length: 11 }, (_, n) => `k${String(n)}`);
  const town = cluster().namespace("x").pod("a");
  const peers = keys.map((key) => podsIn({}, labelled({ [key]: "v" })));
  const exposed = of(town.policy("p", { ingress: [rule({ peers, ports: [tcp(80)] })] }).build(), "a", "ingress");
  expect(told(exposed.unlisted)).toEqual(["all {} {}: none to TCP 80"]);
  expect(exposed.unlisted[0]!.approximate?.because).toContain("`k10`");
});

test("every address is in exactly one entry, IPv4 and IPv6 apart", () => {
  const built = cluster()
    .namespace("x")
    .pod("a")
    .policy("p", {
      ingress: [rule({ peers: [ipBlock("10.0.0.0/8", "10.1.0.0/16")], ports: [tcp(80)] }), rule({ peers: [ipBlock("2001:db8::/32")] })],
    })
    .build();
  const { addresses } = of(built, "a", "ingress");
  const told = addresses.map(({ addresses: range, connections }) => `${range.toString()}: ${connections.certain.toString()}`);
  expect(told).toContain("10.0.0.0-10.0.255.255,10.2.0.0-10.255.255.255: TCP 80");
  expect(told).toContain("2001:db8::-2001:db8:ffff:ffff:ffff:ffff:ffff:ffff: all");
  for (const address of boundaryAddresses(built)) {
    expect(addresses.filter(({ addresses: range }) => range.contains(parseAddress(address)))).toHaveLength(1);
  }
});

test("pods of other namespaces that are there are summed up by namespace", () => {
  const built = cluster()
    .namespace("y")
    .pod("c", { labels: { app: "c" } })
    .pod("d")
    .namespace("z")
    .pod("e")
    .namespace("x")
    .pod("a")
    .policy("p", { ingress: [rule({ peers: [podsIn({}, labelled({ app: "c" }))], ports: [tcp(80)] })] })
    .build();
  const told = of(built, "a", "ingress").otherNamespaces.map(({ namespaces, connections }) => [namespaces, connections.certain.toString()]);
  expect(told).toEqual([[["y"], "TCP 80"]]);
  expect(of(built, "a", "egress").otherNamespaces.map(({ namespaces }) => namespaces)).toEqual([["y", "z"]]);
});

test("workloads that no policy isolates are listed by direction, and a cluster-wide policy isolates nobody", () => {
  const built = cluster()
    .namespace("x")
    .pod("a", { labels: { app: "a" } })
    .pod("b")
    .pod("perhaps", { labels: { app: unknown("later") } })
    .policy("p", { subject: labelled({ app: "a" }), ingress: [] })
    .clusterPolicy("c", { ingress: [clusterRule("Deny", [podsIn()])] })
    .build();
  const { notIsolated, workloads } = exposure(evaluate(built));
  expect(notIsolated.ingress.map(({ name }) => name)).toEqual(["b"]);
  expect(notIsolated.egress.map(({ name }) => name)).toEqual(["a", "b", "perhaps"]);
  expect(workloads.map(({ ingress }) => ingress.isolated)).toEqual(["yes", "no", "maybe"]);
});

test("a witness names the rule that lets it in", () => {
  const peers = [podsIn(labelled({ team: "blue" }), labelled({ role: "client" }))];
  const built = cluster()
    .namespace("x")
    .pod("a")
    .policy("p", { ingress: [rule({ ports: [tcp(1)], peers: [ownPods(labelled({ no: "body" }))] }), rule({ peers })] })
    .build();
  const [entry] = of(built, "a", "ingress").unlisted.filter(({ connections }) => connections.certain.isAll);
  expect(entry?.witness).toMatchObject({
    labels: { role: "client" },
    namespaceLabels: { team: "blue" },
    flow: { protocol: "TCP", port: 1 },
  });
  expect(entry?.witness.verdict.ingress.allowedBy).toMatchObject([{ rule: 1, peer: 0, policy: { name: "p" } }]);
});

test("a workload of another cluster is refused", () => {
  const [other] = cluster().namespace("x").pod("a").build().workloads;
  expect(() => exposure(evaluate(cluster().namespace("x").pod("a").build()), other)).toThrow("not part of the cluster");
});

/** Reachability in few statements says what all pairs say, no more and no less. */
import fc from "fast-check";
import { generateCluster } from "../../bench/generator";
import {
  type Address,
  ConnectionSet,
  evaluate,
  minimiseReachability,
  parseAddress,
  reachability,
  type ReachabilityStatement,
  selects,
  type StatementEnds,
  type WorkloadDescription,
} from "../../engine";
import { type Cluster, type Endpoint, isUnknown, type Workload } from "../../engine/model";
import type { Features } from "../arbitraries/alphabet";
import { anyCluster } from "../arbitraries/cluster";
import { withUnknowns } from "../arbitraries/unknowns";
import { cluster, ipBlock, labelled, podsIn, rule, tcp } from "../builders";
import { allEnds } from "./observations";
import { check } from "../property-runs";

/** Whether a workload fits a description, told by the selectors a person would write for it. */
function fits({ namespaces }: Cluster, description: WorkloadDescription, workload: Workload): boolean {
  if (description.kind === "every-workload") return true;
  if (description.kind === "workload") return description.workload === workload;
  const namespace = namespaces.find(({ name }) => name === workload.namespace);
  const { namespaceLabel, label } = description;
  const answers = [
    ...(description.namespaces === undefined
      ? []
      : [isUnknown(workload.namespace) ? "maybe" : description.namespaces.includes(workload.namespace) ? "yes" : "no"]),
    ...(namespaceLabel === undefined
      ? []
      : [selects({ matchExpressions: [{ ...namespaceLabel, operator: "In" }] }, namespace?.labels ?? {}, namespace?.unknownLabels)]),
    ...(label === undefined
      ? []
      : [selects({ matchExpressions: [{ ...label, operator: "In" }] }, workload.labels, workload.unknownLabels)]),
  ];
  const isOut = answers.includes("no");
  // A description about which it is not known whom it fits would be no exact one.
  if (!isOut) expect(answers).not.toContain("maybe");
  return !isOut;
}

/** Which statements speak of each end. */
class Sides {
  private readonly byWorkload = new Map<Workload, boolean[]>();
  constructor(
    private readonly drawn: Cluster,
    private readonly sides: readonly StatementEnds[],
  ) {}

  has(statement: number, end: Endpoint): boolean {
    if (end.kind === "address") return this.hasAddress(statement, parseAddress(end.address));
    const known =
      this.byWorkload.get(end.workload) ??
      this.sides.map(({ workloads }) => workloads.some((description) => fits(this.drawn, description, end.workload)));
    this.byWorkload.set(end.workload, known);
    return known[statement]!;
  }

  private hasAddress(statement: number, address: Address): boolean {
    return this.sides[statement]!.addresses.contains(address);
  }
}

/** What the statements say about every pair, next to what the engine says. */
function expectSameMap(drawn: Cluster): readonly ReachabilityStatement[] {
  const evaluation = evaluate(drawn);
  const { statements } = minimiseReachability(evaluation);
  const reach = reachability(evaluation);
  const [sources, targets] = [
    new Sides(
      drawn,
      statements.map(({ from }) => from),
    ),
    new Sides(
      drawn,
      statements.map(({ to }) => to),
    ),
  ];
  const ends = allEnds(drawn).filter((end) => end.kind === "address" || end.pod === undefined);
  for (const from of ends) {
    for (const to of ends) {
      if ((from.kind === "address" && to.kind === "address") || isLone(from, to)) continue;
      const speaking = statements.filter((_, at) => sources.has(at, from) && targets.has(at, to));
      const said = {
        certain: speaking.reduce((all, { connections }) => all.union(connections.certain), ConnectionSet.none).toString(),
        possible: speaking.reduce((all, { connections }) => all.union(connections.possible), ConnectionSet.none).toString(),
      };
      const { certain, possible } = reach.connections(from, to);
      const ask = [from, to].map((end) => (end.kind === "address" ? end.address : end.workload.name));
      expect([ask, said]).toEqual([ask, { certain: certain.toString(), possible: possible.toString() }]);
    }
  }
  return statements;
}

/** A pod on its own, to itself. */
const isLone = (from: Endpoint, to: Endpoint): boolean =>
  from.kind === "workload" &&
  to.kind === "workload" &&
  from.workload === to.workload &&
  (from.workload.kind === "Pod" || (from.workload.replicas === 1 && (from.workload.pods ?? []).length <= 1));

const features: readonly (readonly [string, Features, number])[] = [
  ["NetworkPolicy", {}, 40],
  ["cluster-wide tiers and host networking", { tiers: true, hostNetwork: true }, 40],
];

test.each(features)("with %s, expanding the statements gives back the full map", (name, each, clusters) => {
  const property = fc.property(anyCluster(each), (drawn) => {
    expectSameMap(drawn);
  });
  check(`statements, ${name}`, clusters, property);
});

test("with unknowns, both bounds come back, and no description depends on them", () => {
  const property = fc.property(withUnknowns(anyCluster({ tiers: true })), (drawn) => {
    expectSameMap(drawn);
  });
  check("statements under unknowns", 40, property);
});

test("a generated cluster comes back too, in far fewer statements than pairs", () => {
  const generated = generateCluster({ workloads: 48, namespaces: 6, policies: 24 });
  const statements = expectSameMap(generated);
  const { pairs } = minimiseReachability(evaluate(generated));
  expect(statements.length * 5).toBeLessThan(pairs);
});

const said = (drawn: Cluster): readonly string[] =>
  minimiseReachability(evaluate(drawn)).statements.map(
    ({ from, to, connections }) => `${side(from)} → ${side(to)}: ${connections.possible.toString()}`,
  );

const side = ({ workloads, addresses }: StatementEnds): string =>
  [...workloads.map(word), ...(addresses.isEmpty ? [] : [addresses.isAll ? "any address" : addresses.toString()])].join(" and ");

function word(description: WorkloadDescription): string {
  if (description.kind === "every-workload") return "every workload";
  if (description.kind === "workload") return JSON.stringify(description.workload.name);
  const { namespaces = [], namespaceLabel, label } = description;
  const conditions = [namespaceLabel, label].flatMap((each) => (each === undefined ? [] : [`${each.key}=${each.values.join(",")}`]));
  return [...(namespaces.length === 0 ? [] : [`in ${namespaces.join(",")}`]), ...conditions].join(" ");
}

const town = cluster()
  .namespace("red", { team: "red" })
  .pod("r1", { labels: { app: "web" } })
  .pod("r2", { labels: { app: "web" } })
  .pod("r3", { labels: { app: "db" } })
  .namespace("blue", { team: "blue" })
  .pod("b1", { labels: { app: "web" } })
  .pod("b2", { labels: { app: "web" } })
  .pod("b3", { labels: { app: "db" } });

test("a cluster without policies is one statement about pods, and one about where they may send", () => {
  expect(said(town.build())).toEqual(["every workload → any address: all", "every workload and any address → every workload: all"]);
});

test("namespaces and labels stand for their workloads", () => {
  const builder = town
    .policy("in", {
      ingress: [rule({ peers: [podsIn(labelled({ team: "red" }), labelled({ app: "web" }))], ports: [tcp(80)] })],
      egress: [],
    })
    .namespace("red")
    .policy("out", { ingress: [], egress: [rule({ peers: [podsIn(labelled({ team: "blue" })), ipBlock("192.0.2.0/24")] })] });
  expect(said(builder.build())).toEqual(["in red app=web → in blue: TCP 80", "in red → 192.0.2.0-192.0.2.255: all"]);
});

test("what no label describes is named", () => {
  const builder = cluster()
    .namespace("a")
    .pod("one", { labels: { app: "x" }, ports: [{ name: "http", port: 80, protocol: "TCP" }] })
    .pod("two", { labels: { app: "x" } })
    .policy("p", { ingress: [rule({ ports: [{ kind: "named", name: "http", protocol: "TCP" }] })], egress: [rule({ peers: [podsIn()] })] });
  expect(said(builder.build())).toEqual(['every workload and any address → "one": TCP 80']);
});

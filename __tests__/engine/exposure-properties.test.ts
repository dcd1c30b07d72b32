/**
 * What exposure says of pods that do not exist is held against what the evaluation says once they do: pods with random labels in random
 * namespaces are added to random clusters, and must get the union of the entries that match them, no more and no less.
 */
import fc from "fast-check";
import { type Connections, ConnectionSet, evaluate, reachability, selects } from "../../engine";
import { exposure, type UnlistedExposure } from "../../engine/exposure/exposure";
import type { NamespaceConnections } from "../../engine/exposure/present-exposure";
import { directions, isUnknown, shown, unknown } from "../../engine/model";
import type { Cluster, Direction, Labels, Namespace, Workload } from "../../engine/model";
import { anyLabels, anyPortName, anyPortNumber, anyProtocol, labelKeys, labelValues, nameLabel } from "../arbitraries/alphabet";
import { anyCluster } from "../arbitraries/cluster";
import { pickOf } from "../arbitraries/flow";
import { withUnknowns } from "../arbitraries/unknowns";
import { check } from "../property-runs";

interface Newcomer {
  readonly namespace: { readonly kind: "present" | "future"; readonly index: number; readonly labels: Labels };
  readonly labels: Labels;
  readonly ports: Workload["ports"];
}

const moreLabels = fc
  .array(fc.tuple(fc.constantFrom(...labelKeys), fc.constantFrom(...labelValues)), { maxLength: 3 })
  .map((entries): Labels => Object.fromEntries(entries));

const anyNewcomer: fc.Arbitrary<Newcomer> = fc.record({
  namespace: fc.record({ kind: fc.constantFrom("present" as const, "future" as const), index: fc.nat(99), labels: anyLabels }),
  labels: moreLabels,
  ports: fc.array(fc.record({ name: anyPortName, port: anyPortNumber, protocol: anyProtocol }), { maxLength: 2 }),
});

/** The cluster once the pod is there, and its namespace if that is new. */
function arrive(
  before: Cluster,
  { namespace, labels, ports }: Newcomer,
): { readonly after: Cluster; readonly pod: Workload; readonly home: Namespace } {
  const known = before.namespaces.filter(({ name }) => !isUnknown(name));
  const freeNames = ["ns2", "ns3", "ns4", "other"].filter((name) => known.every((each) => each.name !== name));
  const name = pickOf(freeNames, namespace.index);
  const home = namespace.kind === "present" ? pickOf(known, namespace.index) : { name, labels: { ...namespace.labels, [nameLabel]: name } };
  const pod: Workload = { kind: "Pod", namespace: home.name, name: "newcomer", labels, ports, hostNetwork: false };
  const namespaces = namespace.kind === "present" ? before.namespaces : [...before.namespaces, home];
  return { after: { ...before, namespaces, workloads: [...before.workloads, pod] }, pod, home };
}

function connectionsOf(after: Cluster, workload: Workload, pod: Workload, direction: Direction): Connections {
  const reach = reachability(evaluate(after));
  return direction === "ingress" ? reach.between(pod, workload) : reach.between(workload, pod);
}

const isMatched = (
  { namespaces: { present, future }, pods }: UnlistedExposure,
  isFuture: boolean,
  home: Namespace,
  labels: Labels,
): boolean =>
  selects(pods, labels) === "yes" &&
  (isFuture
    ? future !== undefined && selects(future, home.labels) === "yes"
    : present === "all" || present.some((name) => name === home.name));

const union = (entries: readonly UnlistedExposure[], bound: "certain" | "possible"): ConnectionSet =>
  entries.reduce((all, { connections }) => all.union(connections[bound]), ConnectionSet.none);

const inWords = ({ certain, possible }: Connections): readonly string[] => [certain.toString(), possible.toString()];

const anyPorts = unknown("the ports of the newcomer");

function expectExplained(before: Cluster, newcomers: readonly Newcomer[], pick: number): void {
  const subject = pickOf(before.workloads, pick);
  const [exposed] = exposure(evaluate(before), subject).workloads;
  for (const newcomer of newcomers) {
    const { after, pod, home } = arrive(before, newcomer);
    for (const direction of directions) {
      const isFuture = newcomer.namespace.kind === "future";
      const matched = exposed![direction].unlisted.filter((entry) => isMatched(entry, isFuture, home, pod.labels));
      const told = { certain: union(matched, "certain"), possible: union(matched, "possible") };
      const generic: Workload = direction === "ingress" ? pod : { ...pod, ports: [], unknownPorts: anyPorts };
      const withGeneric = { ...after, workloads: [...before.workloads, generic] };
      expect([direction, ...inWords(connectionsOf(withGeneric, subject, generic, direction))]).toEqual([direction, ...inWords(told)]);
      const concrete = connectionsOf(after, subject, pod, direction);
      expect(told.certain.isSubsetOf(concrete.certain)).toBe(true);
      expect(concrete.possible.isSubsetOf(told.possible)).toBe(true);
    }
  }
}

function expectWitnesses(before: Cluster, pick: number): void {
  const subject = pickOf(before.workloads, pick);
  const [exposed] = exposure(evaluate(before), subject).workloads;
  for (const direction of directions) {
    for (const entry of exposed![direction].unlisted) expectWitness(before, subject, direction, entry);
  }
}

/** The witness, made real, gets what its entry says. One of a namespace whose very name is not known cannot be. */
function expectWitness(before: Cluster, subject: Workload, direction: Direction, entry: UnlistedExposure): void {
  const { witness, connections, namespaces, pods } = entry;
  if (isUnknown(witness.namespace)) return;
  const isPresent = before.namespaces.some(({ name }) => name === witness.namespace);
  const home: Namespace = { name: witness.namespace, labels: witness.namespaceLabels };
  const plain = {
    kind: "Pod",
    namespace: witness.namespace,
    name: "witness",
    labels: witness.labels,
    ports: [],
    hostNetwork: false,
  } as const;
  const pod: Workload = direction === "ingress" ? plain : { ...plain, unknownPorts: anyPorts };
  const after: Cluster = {
    ...before,
    namespaces: isPresent ? before.namespaces : [...before.namespaces, home],
    workloads: [...before.workloads, pod],
  };
  expect(inWords(connectionsOf(after, subject, pod, direction))).toEqual(inWords(connections));
  expect(connections.possible.isEmpty).toBe(false);
  expect(selects(pods, witness.labels)).toBe("yes");
  expect(witness.verdict.outcome).toBe(connections.certain.isEmpty ? "undecided" : "allowed");
  expect(isPresent || (namespaces.future !== undefined && selects(namespaces.future, home.labels) === "yes")).toBe(true);
}

/** Entries as text, without the pods that show them: of those there may be several. */
const told = (entries: readonly UnlistedExposure[]): readonly string[] =>
  entries
    .map(({ namespaces, pods, connections, approximate }) => JSON.stringify([namespaces, pods, inWords(connections), approximate]))
    .sort();

/** Workloads asked about together share what they have in common: each must get what it gets on its own. */
function expectSameTogether(drawn: Cluster): void {
  const evaluation = evaluate(drawn);
  for (const { workload, ...together } of exposure(evaluation).workloads) {
    const [alone] = exposure(evaluate(drawn), workload).workloads;
    for (const direction of directions) {
      const { unlisted, otherNamespaces, isolated } = alone![direction];
      expect(told(together[direction].unlisted)).toEqual(told(unlisted));
      expect(present(together[direction].otherNamespaces)).toEqual(present(otherNamespaces));
      expect(together[direction].isolated).toBe(isolated);
    }
  }
}

const present = (entries: readonly NamespaceConnections[]): readonly string[] =>
  entries.map(({ namespaces, connections }) => JSON.stringify([namespaces.map(shown).sort(), inWords(connections)])).sort();

describe.each([
  ["NetworkPolicy", anyCluster(), 80],
  ["cluster-wide tiers", anyCluster({ tiers: true }), 80],
  ["unknowns", withUnknowns(anyCluster({ tiers: true, hostNetwork: true })), 60],
] as const)("with %s", (name, clusters, cases) => {
  test("a new pod gets the union of the entries that match it, no more and no less", () => {
    const property = fc.property(clusters, fc.array(anyNewcomer, { minLength: 6, maxLength: 6 }), fc.nat(), (drawn, newcomers, pick) => {
      expectExplained(drawn, newcomers, pick);
    });
    check(`exposure, ${name}`, cases, property);
  });

  test("workloads asked about together get what each gets alone", () => {
    check(`exposure together, ${name}`, cases / 2, fc.property(clusters, expectSameTogether));
  });

  test("every entry has a witness that gets exactly its connections", () => {
    const property = fc.property(clusters, fc.nat(), (drawn, pick) => {
      expectWitnesses(drawn, pick);
    });
    check(`witnesses, ${name}`, cases / 2, property);
  });
});

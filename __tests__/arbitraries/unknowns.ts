/** Clusters in which some values are not known yet: a fully known cluster with a few of its leaves hidden. */
import fc from "fast-check";
import { unknown } from "../../engine/model";
import type { Cluster, LabelSelector, Rule } from "../../engine/model";
import { nameLabel } from "./alphabet";
import { pickOf } from "./flow";

/** One place of a cluster whose value can be hidden, and what stands there then. */
export interface Site {
  readonly path: Path;
  readonly hidden: unknown;
}

type Path = readonly (string | number)[];

const because = (path: Path): string => path.join(".");

/** Hides a value: the place holds an Unknown instead, or one more than before. */
const hide = (...path: Path): Site => ({ path, hidden: unknown(because(path)) });

/** Hides a whole peer or port, whose place must still say what it is. */
const hideAs = (shape: object, ...path: Path): Site => ({ path, hidden: { kind: "unknown", unknown: unknown(because(path)), ...shape } });

/** Hides one to three values of a random cluster. */
export const withUnknowns = (clusters: fc.Arbitrary<Cluster>): fc.Arbitrary<Cluster> =>
  fc.tuple(clusters, fc.array(fc.nat(99_999), { minLength: 1, maxLength: 3 })).map(([cluster, picks]) => picks.reduce(hideOne, cluster));

function hideOne(cluster: Cluster, pick: number): Cluster {
  const kinds = sitesByKind(cluster).filter((sites) => sites.length > 0);
  return kinds.length === 0 ? cluster : hideAt(cluster, pickOf(pickOf(kinds, pick), Math.floor(pick / 7)));
}

/** The cluster with one site hidden. */
export const hideAt = (cluster: Cluster, { path, hidden }: Site): Cluster => replaceAt(cluster, path, hidden) as Cluster;

function replaceAt(value: unknown, [step, ...rest]: Path, next: unknown): unknown {
  if (step === undefined) return next;
  if (Array.isArray(value)) return value.map((item: unknown, index) => (index === step ? replaceAt(item, rest, next) : item));
  const object = value as Readonly<Record<string, unknown>>;
  return { ...object, [step]: replaceAt(object[step], rest, next) };
}

/** Every place that can be hidden, grouped so that rare kinds are hidden as often as common ones. */
export function sitesByKind(cluster: Cluster): readonly (readonly Site[])[] {
  return [...objectSites(cluster), ...policySites(cluster), ...clusterPolicySites(cluster)];
}

function objectSites({ workloads, namespaces }: Cluster): readonly (readonly Site[])[] {
  return [
    workloads.flatMap(({ labels }, n) => Object.keys(labels).map((key) => hide("workloads", n, "labels", key))),
    workloads.map((_, n) => hide("workloads", n, "unknownLabels")),
    workloads.flatMap(({ ports }, n) => ports.map((_, port) => hide("workloads", n, "ports", port, "port"))),
    workloads.map((_, n) => hide("workloads", n, "unknownPorts")),
    workloads.map((_, n) => hide("workloads", n, "hostNetwork")),
    workloads.map((_, n) => hide("workloads", n, "namespace")),
    workloads.flatMap(({ kind }, n) => (kind === "Pod" ? [] : [hide("workloads", n, "replicas")])),
    namespaces.flatMap(({ labels }, n) =>
      Object.keys(labels)
        .filter((key) => key !== nameLabel)
        .map((key) => hide("namespaces", n, "labels", key)),
    ),
    namespaces.map((_, n) => hide("namespaces", n, "unknownLabels")),
  ];
}

function policySites({ policies }: Cluster): readonly (readonly Site[])[] {
  const rules = policies.flatMap((policy, n) =>
    (["ingress", "egress"] as const).flatMap((direction) =>
      (policy[direction] ?? []).map((rule, r) => ({ rule, path: ["policies", n, direction, r] })),
    ),
  );
  return [
    policies.map((_, n) => hide("policies", n, "namespace")),
    policies.map((_, n) => hide("policies", n, "unknownDirections")),
    policies.flatMap(({ subject }, n) => selectorSites(subject, "policies", n, "subject")),
    rules.map(({ path }) => hide(...path, "unknown")),
    rules.flatMap(({ rule, path }) => portSites(rule, path)),
    rules.flatMap(({ rule, path }) => (rule.peers === "any" ? [] : rule.peers.map((_, p) => hideAs({}, ...path, "peers", p)))),
    rules.flatMap(({ rule, path }) => insidePeers(rule, path)),
  ];
}

function insidePeers({ peers }: Rule, path: Path): readonly Site[] {
  if (peers === "any") return [];
  return peers.flatMap((peer, p) => {
    const at: Path = [...path, "peers", p];
    if (peer.kind === "ipBlock") return [hide(...at, "cidr"), ...peer.except.map((_, e) => hide(...at, "except", e))];
    if (peer.kind === "unknown") return [];
    return [
      ...selectorSites(peer.pods, ...at, "pods"),
      ...(peer.namespaces === "own" ? [] : selectorSites(peer.namespaces, ...at, "namespaces")),
    ];
  });
}

function portSites({ ports }: Pick<Rule, "ports">, path: Path): readonly Site[] {
  if (ports === "any") return [];
  return ports.map((port, p) => hideAs(port.protocol === undefined || p % 2 === 1 ? {} : { protocol: port.protocol }, ...path, "ports", p));
}

function selectorSites({ matchLabels = {}, matchExpressions = [] }: LabelSelector, ...path: Path): readonly Site[] {
  const values = matchExpressions.flatMap((requirement, r) =>
    "values" in requirement ? requirement.values.map((_, v) => hide(...path, "matchExpressions", r, "values", v)) : [],
  );
  return [hide(...path, "unknown"), ...Object.keys(matchLabels).map((key) => hide(...path, "matchLabels", key)), ...values];
}

function clusterPolicySites({ clusterPolicies }: Cluster): readonly (readonly Site[])[] {
  const rules = clusterPolicies.flatMap((policy, n) =>
    (["ingress", "egress"] as const).flatMap((direction) =>
      policy[direction].map((rule, r) => ({ rule, path: ["clusterPolicies", n, direction, r] })),
    ),
  );
  return [
    clusterPolicies.flatMap(({ kind }, n) => (kind === "BaselineAdminNetworkPolicy" ? [] : [hide("clusterPolicies", n, "priority")])),
    clusterPolicies.flatMap(({ subject }, n) => selectorSites(subject.pods, "clusterPolicies", n, "subject", "pods")),
    clusterPolicies.flatMap(({ subject }, n) => selectorSites(subject.namespaces, "clusterPolicies", n, "subject", "namespaces")),
    rules.map(({ path }) => hide(...path, "action")),
    rules.flatMap(({ rule, path }) => portSites(rule, path)),
    rules.flatMap(({ rule, path }) => rule.peers.map((_, p) => hideAs({}, ...path, "peers", p))),
    rules.flatMap(({ rule, path }) =>
      rule.peers.flatMap((peer, p) => (peer.kind === "networks" ? peer.cidrs.map((_, c) => hide(...path, "peers", p, "cidrs", c)) : [])),
    ),
  ];
}

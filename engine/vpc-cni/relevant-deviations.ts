import { type Cluster, isUnknown, type PortMatch, type Workload } from "../model";
import { type Deviation, deviations } from "./deviation";
import type { Ground } from "./ground";
import { isSince, releases } from "./versions";

/** The deviations that can make a difference in a cluster at all, in their order. */
export function relevantDeviations({ cluster, settings, packets }: Ground): readonly Deviation[] {
  const { enabled, mode, ipFamily, nodes, vethPrefix, bandwidthPlugin } = settings;
  const hasHosts = cluster.workloads.some(({ hostNetwork }) => isUnknown(hostNetwork) || hostNetwork);
  const never: ReadonlyMap<Deviation, boolean> = new Map<Deviation, boolean>([
    ["L-01", enabled === true && isSince(settings, releases.enforces) === "yes"],
    ["L-02", nodes.fargate.length + nodes.windows.length === 0],
    ["L-05", isSince(settings, releases.identifierWithNamespace) === "yes"],
    ["L-06", !hasHosts],
    ["L-07", !hasHosts],
    ["L-08", ipFamily === "IPv4" || settings.enableV4Egress === false],
    ["L-10", vethPrefix === "eni"],
    ["L-11", bandwidthPlugin === false],
    ["L-23", !hasNames(cluster)],
    ["L-24", !cluster.workloads.some(({ ports }) => ports.some(({ sidecar }) => sidecar === true))],
    ["L-25", !hasNames(cluster)],
    ["L-26", !hasNames(cluster) || cluster.workloads.every(({ replicas, pods = [] }) => replicas !== 0 || pods.length > 0)],
    ["L-27", packets === "ports"],
    ["L-31", isSince(settings, releases.hostBitsMasked) === "yes"],
    ["L-33", cluster.nodes.length === 0 && !hasHosts],
    ["L-35", mode === "standard"],
    ["first-name", !cluster.workloads.some(hasNameTwice)],
    ["upstream-tiers", cluster.clusterPolicies.length === 0],
    ["aws-kinds", (cluster.awsClusterPolicies ?? []).length + (cluster.applicationPolicies ?? []).length === 0],
  ]);
  return deviations.filter((each) => never.get(each) !== true);
}

/** Those that matter to flows to a Service only. */
export const aboutServices: ReadonlySet<Deviation> = new Set<Deviation>([
  "L-12",
  "L-13",
  "L-14",
  "L-15",
  "L-16",
  "L-17",
  "L-18",
  "L-19",
  "hairpin",
]);

const hasNames = ({ policies, awsClusterPolicies = [], applicationPolicies = [] }: Cluster): boolean =>
  [...policies, ...awsClusterPolicies, ...applicationPolicies].some(({ ingress = [], egress = [] }) =>
    [...ingress, ...egress].some(({ ports }) => ports !== "any" && ports.some(isNamed)),
  );

const hasNameTwice = ({ ports }: Workload): boolean =>
  ports.some(
    ({ name, protocol }, at) => name !== undefined && ports.findIndex((each) => each.name === name && each.protocol === protocol) < at,
  );

const isNamed = ({ kind }: PortMatch): boolean => kind === "named";

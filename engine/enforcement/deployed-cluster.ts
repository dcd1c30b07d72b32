import { ResourceIndex } from "../aws-network/resource-index";
import { type DeploymentTarget, type InfrastructureResource, isUnknown, type Json, type Value } from "../model";
import { textArgument } from "./arguments";

/** The API servers that objects are sent to: of those that are looked at, and of those that are not. */
export interface ClusterTargets {
  readonly chosen: readonly DeploymentTarget[];
  readonly others: readonly DeploymentTarget[];
}

/**
 * The resources without the EKS clusters that the objects are not deployed to, and what belongs to these. A cluster is known by the address that
 * the provider of Kubernetes is given, or by the name that it gets its token for. Where nothing tells which of several clusters it is, all of
 * them stay.
 */
export function resourcesOfCluster(
  resources: readonly InfrastructureResource[],
  targets: ClusterTargets,
): readonly InfrastructureResource[] {
  const clusters = resources.filter(({ type, mode }) => type === "aws_eks_cluster" && mode === "managed");
  if (clusters.length === 0 || (clusters.length === 1 && targets.others.length === 0)) return resources;
  const index = new ResourceIndex(resources);
  const own = ours(clusters, targets, index);
  const foreign = clusters.filter((cluster) => !own.includes(cluster));
  return foreign.length === 0 ? resources : withoutClusters(resources, foreign, index);
}

/** The resources without some clusters, and what says that it belongs to them. */
export function withoutClusters(
  resources: readonly InfrastructureResource[],
  foreign: readonly InfrastructureResource[],
  index = new ResourceIndex(resources),
): readonly InfrastructureResource[] {
  return resources.filter((each) => {
    if (foreign.includes(each)) return false;
    const cluster = each.type.startsWith("aws_eks_") && each.type !== "aws_eks_cluster" ? clusterNamed(each, index) : undefined;
    return cluster === undefined || !foreign.includes(cluster);
  });
}

/** The cluster that an add-on, a node group or the like is part of. */
export function clusterNamed(resource: InfrastructureResource, index: ResourceIndex): InfrastructureResource | undefined {
  const named = index.named(resource.values.cluster_name, resource, ["aws_eks_cluster"]);
  return managed(named === undefined || isUnknown(named) ? undefined : named.resource, index) ?? onlyReferred(resource, index);
}

/** Where the name is not known: the only cluster that the resource refers to. */
function onlyReferred({ references, stack }: InfrastructureResource, index: ResourceIndex): InfrastructureResource | undefined {
  const blocks = new Set(references.map(withoutKeys));
  const found = index.ofType(["aws_eks_cluster"]).filter((each) => each.stack === stack && blocks.has(withoutKeys(each.address)));
  return found.length === 1 ? found[0] : undefined;
}

const withoutKeys = (address: string): string => address.replaceAll(/\[[^\]]*\]/g, "");

/** The clusters that the objects may be deployed to. */
function ours(
  clusters: readonly InfrastructureResource[],
  { chosen, others }: ClusterTargets,
  index: ResourceIndex,
): readonly InfrastructureResource[] {
  const named = chosen.flatMap((target) => clusterOf(target, index) ?? []);
  if (named.length > 0) return named;
  const taken = new Set(others.flatMap((target) => clusterOf(target, index) ?? []));
  const hosts = chosen.flatMap(({ host }) => (typeof host === "string" ? [host] : []));
  // An address that is known and of none of the clusters whose addresses are known is that of another one.
  const isElsewhere = ({ values: { endpoint } }: InfrastructureResource): boolean =>
    typeof endpoint === "string" && hosts.length > 0 && !hosts.includes(endpoint);
  return clusters.filter((cluster) => !taken.has(cluster) && !isElsewhere(cluster));
}

/** The cluster that a provider configuration leads to. */
function clusterOf({ name, host, clusterName, stack }: DeploymentTarget, index: ResourceIndex): InfrastructureResource | undefined {
  const byHost = host === undefined ? undefined : clusterAt(host, { address: `provider ${name}`, stack }, index);
  return byHost ?? (clusterName === undefined ? undefined : withName(clusterName, index));
}

function clusterAt(
  host: Value<string>,
  { address, stack }: { readonly address: string; readonly stack: string | undefined },
  index: ResourceIndex,
): InfrastructureResource | undefined {
  if (typeof host === "string") {
    const found = index.ofType(["aws_eks_cluster"], true).filter(({ values }) => values.endpoint === host);
    return managed(found.find(({ mode }) => mode === "managed") ?? found[0], index);
  }
  const owner: InfrastructureResource = {
    type: "provider",
    address,
    mode: "managed",
    values: {},
    dependsOn: [],
    references: [],
    location: {},
    ...(stack === undefined ? {} : { stack }),
  };
  const named = index.named(host, owner, ["aws_eks_cluster"]);
  return managed(named === undefined || isUnknown(named) ? undefined : named.resource, index);
}

/** A cluster that is only read is the managed one of that name. */
function managed(cluster: InfrastructureResource | undefined, index: ResourceIndex): InfrastructureResource | undefined {
  if (cluster === undefined || cluster.mode === "managed") return cluster;
  const name: Json | undefined = cluster.values.name;
  if (typeof name === "string") return withName(name, index);
  const named = index.named(name, cluster, ["aws_eks_cluster"]);
  return named === undefined || isUnknown(named) || named.resource.mode !== "managed" ? undefined : named.resource;
}

function withName(name: string, index: ResourceIndex): InfrastructureResource | undefined {
  const found = index.ofType(["aws_eks_cluster"]).filter((each) => textArgument(each, "name") === name);
  return found.length === 1 ? found[0] : undefined;
}

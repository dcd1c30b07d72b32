import { type InfrastructureResource, isUnknown, unknown, type Value } from "../model";
import { type CniVersion, parseCniVersion } from "../vpc-cni/settings";
import { argumentAt, asText, switchOf, textArgument } from "./arguments";
import { type AddonConfiguration, readConfiguration } from "./configuration";
import { ResourceOrder } from "./resource-order";

/** The vpc-cni add-on as it was written. */
export interface CniAddon {
  readonly resource: InfrastructureResource;
  readonly configuration: AddonConfiguration;
  readonly version: Value<CniVersion>;
  /** The version with its build, such as `v1.21.1-eksbuild.7`; absent when it is not known. */
  readonly versionText?: string;
}

/** An EKS cluster as it was written. */
export interface EksCluster {
  readonly resource: InfrastructureResource;
  /** Absent: the newest that EKS offers. */
  readonly version?: Value<readonly [major: number, minor: number]>;
  readonly autoMode: Value<boolean>;
  /** EKS brings a CNI of its own that enforces nothing. @default true */
  readonly bootstrapsCni: Value<boolean>;
}

/** What the infrastructure says about how policies are enforced. */
export interface InfrastructureFacts {
  readonly addons: readonly CniAddon[];
  readonly clusters: readonly EksCluster[];
  readonly nodeGroups: readonly InfrastructureResource[];
  readonly fargateProfiles: readonly InfrastructureResource[];
  /** Every resource, of every provider. */
  readonly resources: readonly InfrastructureResource[];
  readonly order: ResourceOrder;
}

const known = new WeakMap<readonly InfrastructureResource[], InfrastructureFacts>();

/** Sorts the resources of an input; worked out once for each list. */
export function factsOf(resources: readonly InfrastructureResource[]): InfrastructureFacts {
  const found = known.get(resources) ?? newFacts(resources);
  known.set(resources, found);
  return found;
}

function newFacts(resources: readonly InfrastructureResource[]): InfrastructureFacts {
  const ofType = (type: string): readonly InfrastructureResource[] =>
    resources.filter((each) => each.type === type && each.mode === "managed").toSorted(byAddress);
  return {
    addons: ofType("aws_eks_addon").filter(isNamed("vpc-cni")).map(addonOf),
    clusters: ofType("aws_eks_cluster").map(clusterOf),
    nodeGroups: ofType("aws_eks_node_group"),
    fargateProfiles: ofType("aws_eks_fargate_profile"),
    resources,
    order: new ResourceOrder(resources),
  };
}

const byAddress = (a: InfrastructureResource, b: InfrastructureResource): number =>
  a.address < b.address ? -1 : a.address === b.address ? 0 : 1;

export const isNamed =
  (name: string) =>
  (resource: InfrastructureResource): boolean =>
    textArgument(resource, "addon_name") === name;

/** Whether two resources belong to one EKS cluster, as far as the input says: by its name, or by the resource they refer to. */
export function isSameCluster(one: InfrastructureResource, other: InfrastructureResource): boolean {
  const [first, second] = [one, other].map((each) => textArgument(each, "cluster_name"));
  if (typeof first === "string" && typeof second === "string") return first === second;
  const [here, there] = [one, other].map(({ references }) => references.filter((address) => address.includes("aws_eks_cluster.")));
  if (here === undefined || there === undefined || here.length === 0 || there.length === 0) return true;
  return here.some((address) => there.includes(address));
}

/** The cluster a resource belongs to. */
export function clusterOfResource({ clusters }: InfrastructureFacts, resource: InfrastructureResource): EksCluster | undefined {
  const name = textArgument(resource, "cluster_name");
  return (
    clusters.find((each) => typeof name === "string" && textArgument(each.resource, "name") === name) ??
    clusters.find((each) => resource.references.includes(each.resource.address)) ??
    (clusters.length === 1 ? clusters[0] : undefined)
  );
}

function addonOf(resource: InfrastructureResource): CniAddon {
  const text = textArgument(resource, "addon_version");
  const versionText = typeof text === "string" ? { versionText: text } : {};
  return {
    resource,
    configuration: readConfiguration(resource.values.configuration_values),
    version: versionIn(text, resource),
    ...versionText,
  };
}

function versionIn(text: Value<string> | undefined, { address }: InfrastructureResource): Value<CniVersion> {
  if (text === undefined) return unknown(`the version of \`${address}\`, which EKS chooses`);
  if (isUnknown(text)) return text;
  try {
    return parseCniVersion(text);
  } catch {
    return unknown(`the version of \`${address}\`: \`${text}\` is none`);
  }
}

function clusterOf(resource: InfrastructureResource): EksCluster {
  const version = clusterVersion(textArgument(resource, "version"));
  return {
    resource,
    ...(version === undefined ? {} : { version }),
    autoMode: switchOf(asText(argumentAt(resource.values, "compute_config", "enabled")), false),
    bootstrapsCni: switchOf(textArgument(resource, "bootstrap_self_managed_addons"), true),
  };
}

function clusterVersion(text: Value<string> | undefined): EksCluster["version"] {
  if (text === undefined || isUnknown(text)) return text;
  const match = /^(\d+)\.(\d+)/.exec(text);
  return match === null ? unknown(`the version of the cluster: \`${text}\` is none`) : [Number(match[1]), Number(match[2])];
}

/** Whether a cluster is of this version or newer; undefined when that is not known. */
export function isClusterSince({ version }: EksCluster, minor: number): boolean | undefined {
  if (version === undefined) return true;
  return isUnknown(version) ? undefined : version[0] > 1 || version[1] >= minor;
}

import { type InfrastructureResource, isUnknown, type Location, type ObjectRef } from "../model";
import type { CniSettings } from "../vpc-cni/settings";
import { compareVersions } from "../vpc-cni/settings";
import { releases } from "../vpc-cni/versions";
import { textArgument } from "./arguments";
import { isEnforcingMode } from "./cni-settings";
import { environment } from "./configuration";
import { type CniAddon, clusterOfResource, type EksCluster, type InfrastructureFacts, isClusterSince } from "./facts";
import type { Elsewhere } from "./elsewhere";
import type { OtherEngine } from "./other-engines";

/** Something that keeps policies from being enforced, or may, with what to do about it. */
export interface Obstacle {
  /** How far it reaches: nothing is enforced, perhaps nothing is, or some pods are not covered. */
  readonly reach: "none" | "undecided" | "partly";
  /** The lint rule that reports it. */
  readonly code: string;
  /** Lower-case, no final period. */
  readonly message: string;
  readonly advice: string;
  /** What it is about. */
  readonly subject: { readonly kind: string; readonly name: string };
  readonly location?: Location;
  /** Path below the resource's arguments. */
  readonly field?: string;
  /** The policies it is about. @default every NetworkPolicy */
  readonly policies?: readonly ObjectRef[];
}

/** Everything about the add-on, the cluster and its nodes that stands in the way of enforcement. */
export function obstaclesOf(
  facts: InfrastructureFacts,
  settings: CniSettings,
  elsewhere: Elsewhere | undefined,
  engines: readonly OtherEngine[],
): readonly Obstacle[] {
  return [
    ...(elsewhere === undefined ? [] : withoutAddon(facts, elsewhere)),
    ...facts.addons.flatMap((addon) => ofAddon(addon)),
    ...facts.clusters.flatMap(ofCluster),
    ...facts.nodeGroups.flatMap((group) => ofNodes(group, clusterOfResource(facts, group))),
    ...facts.addons.flatMap((addon) => [...ofEnvironment(addon, settings), ...ofMode(addon)]),
    ...(settings.enabled === false ? [] : facts.addons.flatMap((addon) => engines.map((engine) => besideEngine(addon, engine)))),
  ];
}

const resourceSubject = ({ type, address }: InfrastructureResource): Obstacle["subject"] => ({ kind: type, name: address });

function withoutAddon({ clusters, nodeGroups }: InfrastructureFacts, { enabled, found, location }: Elsewhere): readonly Obstacle[] {
  const place = clusters[0]?.resource ?? nodeGroups[0];
  if (enabled === true || place === undefined) return [];
  const at = location ?? place.location;
  const common = { code: "VPC001", subject: resourceSubject(place), location: at };
  const advice = 'declare an `aws_eks_addon` `vpc-cni` whose `configuration_values` hold `{"enableNetworkPolicy":"true"}`';
  if (isUnknown(enabled)) {
    const said = found ?? "no vpc-cni add-on is declared";
    return [
      {
        ...common,
        reach: "undecided",
        message: `${said}; not known: ${enabled.because}`,
        advice: "give the input that says it, or see for yourself",
      },
    ];
  }
  const said =
    found === undefined
      ? "no vpc-cni add-on is declared, and what EKS installs by itself enforces nothing"
      : `${found}, with \`enableNetworkPolicy\` off`;
  return [{ ...common, reach: "none", message: said, advice }];
}

function ofAddon({ resource, configuration, version, versionText }: CniAddon): readonly Obstacle[] {
  const common = { code: "VPC001", subject: resourceSubject(resource), location: resource.location };
  const { enabled, problem = "" } = configuration;
  const found: Obstacle[] = [];
  const advice = 'write `{"enableNetworkPolicy":"true"}` into `configuration_values`, with the value as text';
  if (enabled === false)
    found.push({ ...common, reach: "none", field: "configuration_values", message: `the add-on does not enforce: ${problem}`, advice });
  const doubt = isUnknown(enabled) ? enabled : enabled ? resource.uncertain : undefined;
  if (doubt !== undefined)
    found.push({
      ...common,
      reach: "undecided",
      message: `whether the add-on enforces is not known: ${doubt.because}`,
      advice: "write the value where synth can see it, or check the plan",
    });
  if (!isUnknown(version) && compareVersions(version, releases.enforces) < 0)
    found.push({
      ...common,
      reach: "none",
      field: "addon_version",
      message: `version \`${versionText ?? version.join(".")}\` of the add-on cannot enforce; v1.14.0 was the first that could`,
      advice: "set `addon_version` to v1.14.0 or later, best to the newest that EKS offers",
    });
  return found;
}

function ofCluster(cluster: EksCluster): readonly Obstacle[] {
  if (isClusterSince(cluster, 25) !== false) return [];
  const version = isUnknown(cluster.version) ? "" : (cluster.version ?? []).join(".");
  return [
    {
      reach: "none",
      code: "VPC001",
      subject: resourceSubject(cluster.resource),
      location: cluster.resource.location,
      field: "version",
      message: `Kubernetes \`${version}\` is too old: EKS runs the policy controller from 1.25 on`,
      advice: "upgrade the cluster to a version that EKS supports",
    },
  ];
}

/** The first releases of 2023 whose nodes mount the file system that the agent keeps its programs in. Later Kubernetes versions never lack it. */
const firstUsableImage = 20230703;

function ofNodes(group: InfrastructureResource, cluster: EksCluster | undefined): readonly Obstacle[] {
  const release = textArgument(group, "release_version");
  if (cluster === undefined || isClusterSince(cluster, 27) !== false || typeof release !== "string") return [];
  const date = /-(\d{8})$/.exec(release)?.[1];
  if (date === undefined || Number(date) >= firstUsableImage) return [];
  return [
    {
      reach: "partly",
      code: "VPC001",
      subject: resourceSubject(group),
      location: group.location,
      field: "release_version",
      message: `image \`${release}\` lacks the mounted BPF file system, so nothing is enforced on the nodes of this group`,
      advice: "take release 20230703 or later, or leave `release_version` out",
    },
  ];
}

/** Settings of the add-on with which the agent finds no interface, or finds its programs gone. */
function ofEnvironment({ resource, configuration }: CniAddon, settings: CniSettings): readonly Obstacle[] {
  if (configuration.enabled === false) return [];
  const common = {
    code: "VPC023",
    subject: resourceSubject(resource),
    location: resource.location,
    field: "configuration_values",
  } as const;
  const found: Obstacle[] = [];
  const { bandwidthPlugin, vethPrefix, podSecurityGroupMode } = settings;
  if (bandwidthPlugin === true)
    found.push({
      ...common,
      reach: "undecided",
      message: "`ENABLE_BANDWIDTH_PLUGIN` is on: the bandwidth plugin takes the place of the agent's programs",
      advice: "turn `ENABLE_BANDWIDTH_PLUGIN` off",
    });
  if (!isUnknown(vethPrefix) && vethPrefix !== "eni" && vethPrefix !== "vlan")
    found.push({
      ...common,
      reach: "undecided",
      message: `\`AWS_VPC_K8S_CNI_VETHPREFIX\` is \`${vethPrefix}\`: the agent looks only for interfaces named \`eni…\``,
      advice: "leave `AWS_VPC_K8S_CNI_VETHPREFIX` out",
    });
  if (podSecurityGroupMode === "strict")
    found.push({
      ...common,
      reach: "partly",
      message:
        "`ENABLE_POD_ENI` is on and `POD_SECURITY_GROUP_ENFORCING_MODE` is not `standard`: pods with security groups of their own go round the agent",
      advice: "set `POD_SECURITY_GROUP_ENFORCING_MODE` to `standard`",
    });
  return found;
}

/** A mode that is none: parts of the plugin refuse it, and nodes may not become ready. */
function ofMode({ resource, configuration }: CniAddon): readonly Obstacle[] {
  const mode = environment(configuration, "NETWORK_POLICY_ENFORCING_MODE");
  if (configuration.enabled === false || mode === undefined || isUnknown(mode) || isEnforcingMode(mode)) return [];
  return [
    {
      reach: "undecided",
      code: "VPC023",
      subject: resourceSubject(resource),
      location: resource.location,
      field: "configuration_values",
      message: `\`NETWORK_POLICY_ENFORCING_MODE\` is \`${mode}\`, which is not valid: it is \`standard\` or \`strict\`, in small letters`,
      advice: "set `NETWORK_POLICY_ENFORCING_MODE` to `standard` or `strict`",
    },
  ];
}

const besideEngine = ({ resource }: CniAddon, { name, seenAs, location }: OtherEngine): Obstacle => ({
  reach: "undecided",
  code: "VPC023",
  subject: resourceSubject(resource),
  location: location ?? resource.location,
  message: `${name} (${seenAs}) enforces policies beside the VPC CNI: two engines on one interface undo each other's work`,
  advice: `remove ${name}'s policy engine, or turn \`enableNetworkPolicy\` off`,
});

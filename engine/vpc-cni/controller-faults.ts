import {
  type ApplicationPolicy,
  type AwsClusterRule,
  type Cluster,
  isUnknown,
  type NetworkPolicy,
  shown,
  type Unknown,
  unknown,
} from "../model";
import { hasFaults } from "./aws-kinds";
import type { CniSettings } from "./settings";

/**
 * Policies of which nobody knows whether the controller has carried them out, by their place among NetworkPolicies and, after those,
 * ApplicationNetworkPolicies (`application`).
 */
export function uncertainPolicies(
  cluster: Cluster,
  application: readonly NetworkPolicy[],
  settings: CniSettings,
): ReadonlyMap<number, Unknown> {
  const all = [...cluster.policies, ...application];
  const stopped = stopsController(cluster, settings);
  if (stopped !== undefined) return new Map(all.map((_, place) => [place, stopped]));
  return new Map(
    all.flatMap((policy, place) => sharedName(cluster.policies, application, policy).map((reason) => [place, reason] as const)),
  );
}

/** One port without a protocol stops a faulty controller, and with it every policy that it has not read before. */
export function stopsController(
  { applicationPolicies = [], awsClusterPolicies = [] }: Cluster,
  settings: CniSettings,
): Unknown | undefined {
  if (hasFaults(settings) === false) return undefined;
  const application = applicationPolicies.find(lacksProtocol);
  const clusterWide = awsClusterPolicies.find(({ ingress, egress }) => [...ingress, ...egress].some(hasBareName));
  const found = application ?? clusterWide;
  return found === undefined
    ? undefined
    : unknown(`which policies the controller carries out: it can stop at \`${shown(found.name)}\`, where a port has no protocol`);
}

const lacksProtocol = ({ ingress, egress }: ApplicationPolicy): boolean =>
  [...ingress, ...egress].some(({ lacksProtocol: lacks }) => lacks === true);

/** Port names of cluster-wide policies carry no protocol; only beside domain names nobody looks for it. */
const hasBareName = ({ ports, peers }: AwsClusterRule): boolean =>
  ports !== "any" &&
  ports.some((port) => port.kind === "named" && port.protocol === undefined) &&
  peers.some(({ kind }) => kind !== "domainNames");

/** Policies of both kinds with one name write into the same objects: either may be there, or parts of both. */
function sharedName(
  policies: readonly NetworkPolicy[],
  application: readonly NetworkPolicy[],
  { namespace, name }: NetworkPolicy,
): readonly Unknown[] {
  if (isUnknown(namespace) || isUnknown(name)) return [];
  const isThere = (list: readonly NetworkPolicy[]): boolean => list.some((each) => each.namespace === namespace && each.name === name);
  if (!isThere(application) || !isThere(policies)) return [];
  return [unknown(`which of the two policies \`${namespace}/${name}\` is carried out: their kinds share a name`)];
}

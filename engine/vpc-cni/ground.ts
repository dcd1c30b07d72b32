import { evaluate, type Evaluation } from "../evaluation";
import { type Cluster, isUnknown, type NetworkPolicy, type Unknown } from "../model";
import { asNetworkPolicies, asRuleCarrier, asTierPolicies, type AwsTierPolicy } from "./aws-kinds";
import { uncertainPolicies } from "./controller-faults";
import type { CniSettings } from "./settings";

/** A cluster made ready for questions about the VPC CNI, whichever deviations are switched on. */
export interface Ground {
  readonly cluster: Cluster;
  readonly settings: CniSettings;
  /** Everything the VPC CNI may read, in one universe. Its lists of policies are those of the cluster with others after them. */
  readonly evaluation: Evaluation;
  /** What the specification says of the cluster. */
  readonly specification: Evaluation;
  readonly lists: PolicyLists;
  /** What is asked about: connections to ports, or ICMP, which has none. */
  readonly packets: "ports" | "icmp";
  /** Policies of the namespace tier of which nobody knows whether the controller has carried them out, by their place; with the reason. */
  readonly uncertain: ReadonlyMap<number, Unknown>;
}

/** Which policies stand where in the lists of `Ground.evaluation`. */
export interface PolicyLists {
  /** NetworkPolicies come first. */
  readonly networkPolicies: number;
  /** Then ApplicationNetworkPolicies, as NetworkPolicies: up to here. */
  readonly namespacePolicies: number;
  /** Cluster-wide policies that only the specification knows come first. */
  readonly upstream: number;
  /** Then those of AWS. */
  readonly aws: readonly AwsTierPolicy[];
}

/**
 * Makes a cluster ready. An evaluation of it is taken as the specification's, and used for the plugin as well where both look at the same
 * policies and neither host networking nor address families have been decided beforehand.
 */
export function groundOf(source: Cluster | Evaluation, settings: CniSettings): Ground {
  const specification = "universe" in source ? source : evaluate(source);
  const { cluster, profile } = specification;
  const application = asNetworkPolicies(cluster, settings);
  const aws = asTierPolicies(cluster, settings);
  const before = cluster.policies.length + application.length;
  const more = [...application, ...aws.map((each) => asRuleCarrier(each, settings)), ...landmarkPolicy(cluster)];
  const clusterPolicies = [...cluster.clusterPolicies, ...aws.map(({ subject }) => subject)];
  const isSame = more.length === 0 && (profile.hostNetwork ?? "undecided") === "undecided";
  return {
    cluster,
    settings,
    evaluation: isSame ? specification : evaluate({ ...cluster, policies: [...cluster.policies, ...more], clusterPolicies }),
    specification,
    packets: "ports",
    uncertain: uncertainPolicies(cluster, application, settings),
    lists: {
      networkPolicies: cluster.policies.length,
      namespacePolicies: before,
      upstream: cluster.clusterPolicies.length,
      aws: aws.map((each, index) => ({ ...each, rules: before + index })),
    },
  };
}

/** Applies to nobody, since it stands behind all lists that are read: it only makes the universe tell the addresses of nodes apart. */
function landmarkPolicy({ nodes, workloads }: Cluster): readonly NetworkPolicy[] {
  const hosts = workloads.filter(({ hostNetwork }) => isUnknown(hostNetwork) || hostNetwork);
  const addresses = [...nodes.flatMap((node) => node.addresses), ...hosts.flatMap(({ pods = [] }) => pods.flatMap(({ ips }) => ips))];
  if (addresses.length === 0) return [];
  const peers = [...new Set(addresses)].map((cidr) => ({ kind: "ipBlock", cidr, except: [] }) as const);
  return [{ namespace: "", name: "landmarks", subject: {}, egress: [{ peers, ports: "any" }] }];
}

import { ModelError, unknown, type Value, type WorkloadKind } from "../model";
import type { Family } from "../sets/ip-set";

/** What a pod may do before a policy applies to it: everything (`standard`), or nothing (`strict`). */
export type EnforcingMode = "standard" | "strict";

/** How the cluster's network is set up, as far as it decides how the Amazon VPC CNI enforces policies. */
export interface CniSettings {
  /** Whether the add-on enforces policies at all (`enableNetworkPolicy`, controller and node agent alike). */
  readonly enabled: Value<boolean>;
  /** Version of the VPC CNI add-on. It fixes the version of the node agent. */
  readonly version: Value<CniVersion>;
  /** Version of the cluster. @default the newest */
  readonly kubernetes?: Value<readonly [major: number, minor: number]>;
  /** Version of the network policy controller. EKS runs and replaces it: nobody can pin it, so it is unknown for a managed cluster. */
  readonly controller: Value<CniVersion>;
  /** `NETWORK_POLICY_ENFORCING_MODE`. */
  readonly mode: Value<EnforcingMode>;
  /** The one family the cluster's pods and Services have. */
  readonly ipFamily: Value<Family>;
  /** The ranges Service addresses are drawn from. Absent: either of those EKS chooses by itself. */
  readonly serviceCidrs?: readonly string[];
  /** `ENABLE_V4_EGRESS`: pods of an IPv6 cluster have a second interface for IPv4, which no policy sees. */
  readonly enableV4Egress: Value<boolean>;
  /** `ENABLE_BANDWIDTH_PLUGIN`. */
  readonly bandwidthPlugin: Value<boolean>;
  /** `AWS_VPC_K8S_CNI_VETHPREFIX`. */
  readonly vethPrefix: Value<string>;
  /** `POD_SECURITY_GROUP_ENFORCING_MODE` where `ENABLE_POD_ENI` is on; "off" where it is not. */
  readonly podSecurityGroupMode: Value<"off" | EnforcingMode>;
  readonly nodes: NodeSettings;
}

/** Nodes that differ from EC2 Linux nodes with the add-on. */
export interface NodeSettings {
  /** Selectors of all Fargate profiles. */
  readonly fargate: readonly FargateSelector[];
  /** Workloads whose pods run on Windows nodes. */
  readonly windows: readonly WorkloadRef[];
  /** Nodes are those of EKS Auto Mode, whose agent reads domain names as well. */
  readonly autoMode: Value<boolean>;
}

/** One selector of a Fargate profile: pods of the namespace with all of the labels. `*` and `?` stand for any text and any character. */
export interface FargateSelector {
  readonly namespace: Value<string>;
  readonly labels: Readonly<Record<string, Value<string>>>;
}

/** Names a workload. */
export interface WorkloadRef {
  readonly kind: WorkloadKind;
  readonly namespace: string;
  readonly name: string;
}

/** The settings of an add-on that enforces and leaves everything else as it comes, in a version nobody wrote down. */
export const assumedCniSettings: CniSettings = {
  enabled: true,
  version: unknown("the version of the vpc-cni add-on"),
  controller: unknown("the version of the network policy controller, which EKS chooses"),
  mode: "standard",
  ipFamily: "IPv4",
  enableV4Egress: true,
  bandwidthPlugin: false,
  vethPrefix: "eni",
  podSecurityGroupMode: "off",
  nodes: { fargate: [], windows: [], autoMode: false },
};

/** A version of three numbers. */
export type CniVersion = readonly [major: number, minor: number, patch: number];

/** Reads `1.21.1`, `v1.21.1` or `v1.21.1-eksbuild.7`; text that starts with no such version is a ModelError. */
export function parseCniVersion(text: string): CniVersion {
  const match = /^v?(\d+)\.(\d+)\.(\d+)(?:$|[-+])/.exec(text);
  if (match === null) throw new ModelError(`\`${text}\` is not a version; write it like \`v1.21.1-eksbuild.1\``);
  return [Number(match[1]), Number(match[2]), Number(match[3])];
}

/** Negative when the first version is older. */
export function compareVersions(a: CniVersion, b: CniVersion): number {
  for (const part of [0, 1, 2] as const) if (a[part] !== b[part]) return a[part] - b[part];
  return 0;
}

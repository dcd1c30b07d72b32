import { isUnknown } from "../model";
import type { Ternary } from "../selector";
import { type CniSettings, type CniVersion, compareVersions } from "./settings";

/** A version nobody wrote down is this one or newer: the oldest that EKS lists for the oldest cluster version the add-on is described for. */
const oldestAssumed: CniVersion = [1, 17, 1];

/** Releases of the add-on that changed answers. */
export const releases = {
  enforces: [1, 14, 0],
  ownNodeAllowed: [1, 15, 1],
  twentyFourEntries: [1, 15, 3],
  exceptBesideEqualBlock: [1, 20, 1],
  clusterPolicies: [1, 21, 1],
  identifierWithNamespace: [1, 22, 4],
  hostBitsMasked: [1, 23, 1],
} as const satisfies Readonly<Record<string, CniVersion>>;

/** Whether the add-on is of this release or newer. */
export function isSince({ version }: CniSettings, release: CniVersion): Ternary {
  if (isUnknown(version)) return compareVersions(oldestAssumed, release) >= 0 ? "yes" : "maybe";
  return compareVersions(version, release) >= 0 ? "yes" : "no";
}

/** The first version of Kubernetes for which EKS reads the policies of `networking.k8s.aws`. */
const readsAwsKinds = 29;

/** Whether the cluster is new enough for the policies of `networking.k8s.aws`, which nothing reads before. */
export function isClusterForAwsKinds({ kubernetes }: CniSettings): Ternary {
  if (kubernetes === undefined) return "yes";
  if (isUnknown(kubernetes)) return "maybe";
  const [major, minor] = kubernetes;
  return major > 1 || minor >= readsAwsKinds ? "yes" : "no";
}

import { isAtLeast } from "./addon-version";
import { architectureOf, supportsIpv6Pods } from "./instance-type";
import { supportState } from "./kubernetes-support";
import { hardenedRetentionDays, hardenedValues } from "./profile";
import type { Values } from "./settings";
import { conflict } from "./settings-error";

/** Refuses what no single setting can tell by itself, with one SettingsError for the first contradiction. */
export function refuseConflicts(values: Values, today: string): void {
  refuseNodeConflicts(values);
  refuseEndpointConflicts(values);
  if (values.stateBucket === undefined) refuseStateWithoutBucket(values);
  refuseCniConflicts(values);
  if (values.enforcingMode === "strict") refuseStrictConflicts(values);
  if (values.profile === "hardened") refuseRelaxed(values, today);
}

function refuseNodeConflicts({ nodeMinSize, nodeDesiredSize, nodeMaxSize, nodeInstanceTypes, ipFamily }: Values): void {
  if (nodeMinSize > nodeMaxSize) throw conflict("nodeMinSize", nodeMinSize, `at most \`nodeMaxSize\`, which is ${nodeMaxSize}`);
  if (nodeDesiredSize < nodeMinSize || nodeDesiredSize > nodeMaxSize) {
    throw conflict("nodeDesiredSize", nodeDesiredSize, `from \`nodeMinSize\` ${nodeMinSize} to \`nodeMaxSize\` ${nodeMaxSize}`);
  }
  if (new Set(nodeInstanceTypes.map(architectureOf)).size > 1) {
    throw conflict("nodeInstanceTypes", nodeInstanceTypes.join(","), "types of one processor architecture, either Graviton or not");
  }
  const old = ipFamily === "ipv6" ? nodeInstanceTypes.find((type) => !supportsIpv6Pods(type)) : undefined;
  if (old !== undefined) throw conflict("nodeInstanceTypes", old, "types of the Nitro system, such as t3.medium, when `ipFamily` is ipv6");
}

function refuseEndpointConflicts({ endpointPrivateAccess, endpointPublicAccess, publicAccessCidrs }: Values): void {
  if (!endpointPrivateAccess && !endpointPublicAccess) {
    throw conflict("endpointPrivateAccess", false, "true, unless `endpointPublicAccess` is true: nodes need one of them");
  }
  if (endpointPublicAccess && publicAccessCidrs.length === 0) {
    throw conflict("publicAccessCidrs", [], "at least one CIDR when `endpointPublicAccess` is true, such as your own address with /32");
  }
  if (!endpointPublicAccess && publicAccessCidrs.length > 0) {
    throw conflict("publicAccessCidrs", publicAccessCidrs.join(","), "nothing unless `endpointPublicAccess` is true");
  }
}

function refuseStateWithoutBucket({ stateKeyPrefix, stateRegion }: Values): void {
  if (stateKeyPrefix !== undefined) throw conflict("stateKeyPrefix", stateKeyPrefix, "nothing unless `stateBucket` is set");
  if (stateRegion !== undefined) throw conflict("stateRegion", stateRegion, "nothing unless `stateBucket` is set");
}

function refuseCniConflicts({ vpcCniVersion, cniIdentity, enforcingMode }: Values): void {
  if (vpcCniVersion === undefined) return;
  if (cniIdentity === "pod-identity" && !isAtLeast(vpcCniVersion, 1, 15, 5)) {
    throw conflict("vpcCniVersion", vpcCniVersion, "v1.15.5-eksbuild.1 or later when `cniIdentity` is pod-identity");
  }
  if (enforcingMode === "strict" && !isAtLeast(vpcCniVersion, 1, 17, 1)) {
    throw conflict("vpcCniVersion", vpcCniVersion, "v1.17.1-eksbuild.1 or later when `enforcingMode` is strict");
  }
}

/** In strict mode nothing flows without a policy: neither the first steps of the experiment, nor DNS whose policy cannot be written. */
function refuseStrictConflicts({ step, ipFamily }: Values): void {
  if (step !== 3) throw conflict("step", step, "3 when `enforcingMode` is strict: before it, policies are missing that strict mode needs");
  if (ipFamily === "ipv6") {
    const reason = "the policy of cluster DNS names the API server's Service address, which AWS chooses in an IPv6 cluster";
    throw conflict("ipFamily", ipFamily, `ipv4 when \`enforcingMode\` is strict: ${reason}`);
  }
}

function refuseRelaxed(values: Values, today: string): void {
  const withProfile = "when `profile` is hardened";
  for (const [key, wanted] of Object.entries(hardenedValues)) {
    const value = values[key as keyof typeof hardenedValues];
    if (value !== wanted) throw conflict(key, value, `${String(wanted)} ${withProfile}`);
  }
  const { endpointPrivateAccess, logRetentionDays, kubernetesVersion, image, step } = values;
  if (!endpointPrivateAccess) throw conflict("endpointPrivateAccess", false, `true ${withProfile}`);
  if (logRetentionDays < hardenedRetentionDays) {
    throw conflict("logRetentionDays", logRetentionDays, `${hardenedRetentionDays} or more ${withProfile}`);
  }
  if (supportState(kubernetesVersion, today) === "ended") {
    throw conflict("kubernetesVersion", kubernetesVersion, `a version that EKS still supports, such as 1.35, ${withProfile}`);
  }
  if (!image.includes("@sha256:")) throw conflict("image", image, `an image with a digest ${withProfile}`);
  if (step !== 3) throw conflict("step", step, `3 ${withProfile}: before it, a namespace has no policy`);
}

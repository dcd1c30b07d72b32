/** Settings that change what is synthesized, by a word each: what is asserted of every variant goes through this list. */
export const variants = {
  default: {},
  strict: { enforcingMode: "strict", kubernetesVersion: "1.35" },
  "event logs": { policyEventLogs: true, kubernetesVersion: "1.35" },
  "pod identity": { cniIdentity: "pod-identity", kubernetesVersion: "1.35" },
  IPv6: { ipFamily: "ipv6", kubernetesVersion: "1.35" },
  hardened: { profile: "hardened" },
  everything: { profile: "hardened", enforcingMode: "strict", policyEventLogs: true, cniIdentity: "pod-identity" },
  "hardened IPv6": { profile: "hardened", ipFamily: "ipv6", policyEventLogs: true },
} as const satisfies Record<string, Readonly<Record<string, unknown>>>;

export type VariantName = keyof typeof variants;

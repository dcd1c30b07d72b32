import type { Profile } from "./setting-table";
import type { Values } from "./settings";

/** What `hardened` sets, and does not let be relaxed. */
export const hardenedValues = {
  natMode: "per-az",
  endpointPublicAccess: false,
  customerKeys: true,
  flowLogs: true,
  deletionProtection: true,
  restrictedPods: true,
} as const satisfies Partial<Values>;

/**
 * The defaults of each profile, where they differ from the table's. 1.35 is the newest version in the lists of today's scanners; the image
 * is nginx 1.27.5 for every processor, by the digest of its index.
 */
export const profileDefaults: Readonly<Record<Profile, Partial<Values>>> = {
  dev: {},
  hardened: {
    ...hardenedValues,
    kubernetesVersion: "1.35",
    image: "nginx:1.27.5@sha256:6784fb0834aa7dbbe12e3d7471e69c290df3e6ba810dc38b34ae33d3c1c05f7d",
  },
};

/** Logs are kept for a year at least where they are meant to answer questions about the past. */
export const hardenedRetentionDays = 365;

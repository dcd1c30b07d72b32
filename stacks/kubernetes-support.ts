/** The two dates that decide what a Kubernetes version costs on EKS, and whether it can be created at all. */
export interface SupportDates {
  /** Standard support ends on this day; from then on the cluster costs the extended-support price. */
  readonly standardUntil: string;
  /** Extended support ends on this day; from then on EKS creates no cluster of the version, and upgrades those that exist. */
  readonly extendedUntil: string;
}

/** When the table below was taken from the EKS release calendar. */
export const supportTableDate = "2026-08-22";

/** Support dates of EKS by Kubernetes version, oldest first. */
export const supportTable: Readonly<Record<string, SupportDates>> = {
  "1.25": { standardUntil: "2024-05-01", extendedUntil: "2025-05-01" },
  "1.26": { standardUntil: "2024-06-11", extendedUntil: "2025-06-11" },
  "1.27": { standardUntil: "2024-07-24", extendedUntil: "2025-07-24" },
  "1.28": { standardUntil: "2024-11-26", extendedUntil: "2025-11-26" },
  "1.29": { standardUntil: "2025-03-23", extendedUntil: "2026-03-23" },
  "1.30": { standardUntil: "2025-07-23", extendedUntil: "2026-07-23" },
  "1.31": { standardUntil: "2025-11-26", extendedUntil: "2026-11-26" },
  "1.32": { standardUntil: "2026-03-23", extendedUntil: "2027-03-23" },
  "1.33": { standardUntil: "2026-07-29", extendedUntil: "2027-07-29" },
  "1.34": { standardUntil: "2026-12-02", extendedUntil: "2027-12-02" },
  "1.35": { standardUntil: "2027-03-27", extendedUntil: "2028-03-27" },
  "1.36": { standardUntil: "2027-08-02", extendedUntil: "2028-08-02" },
};

const datesOf = (version: string): SupportDates | undefined => (Object.hasOwn(supportTable, version) ? supportTable[version] : undefined);

/** Where a version stands on a day. "unlisted": newer than the table, or never on EKS. */
export type SupportState = "standard" | "extended" | "ended" | "unlisted";

/** The state of a version on a day, both written as in the table. The last day itself no longer counts as supported. */
export function supportState(version: string, today: string): SupportState {
  const dates = datesOf(version);
  if (dates === undefined) return "unlisted";
  if (today >= dates.extendedUntil) return "ended";
  return today >= dates.standardUntil ? "extended" : "standard";
}

const newestListed = Object.keys(supportTable).at(-1) ?? "";
const wayOut = `set \`kubernetesVersion\` (NETPOL_EKS_KUBERNETES_VERSION) to a supported version, such as ${newestListed}`;

/** What to say when EKS does not offer the version: at synth by the table, in the plan by what EKS itself lists. It names no "today". */
export function notOffered(version: string): string {
  const dates = datesOf(version);
  return dates === undefined
    ? `Kubernetes ${version} is not in the EKS support table of ${supportTableDate}: check that EKS offers it, or ${wayOut}`
    : `EKS creates Kubernetes ${version} clusters only until the end of extended support, ${dates.extendedUntil}: ${wayOut}`;
}

/** The warning synth owes the user about a version on a day; none in standard support. */
export function supportWarning(version: string, today: string): string | undefined {
  const state = supportState(version, today);
  if (state === "standard") return undefined;
  const dates = datesOf(version);
  if (state !== "extended" || dates === undefined) return notOffered(version);
  const since = `Kubernetes ${version} has been in extended support since ${dates.standardUntil} (until ${dates.extendedUntil})`;
  return `${since}, at $0.60 instead of $0.10 per cluster and hour: ${wayOut}`;
}

/**
 * What EKS should do at the end of standard support. STANDARD upgrades the cluster instead of charging more; a version beyond standard
 * support already gets EXTENDED, because what STANDARD would do to it is not documented.
 */
export const upgradeSupportType = (version: string, today: string): "STANDARD" | "EXTENDED" =>
  ["extended", "ended"].includes(supportState(version, today)) ? "EXTENDED" : "STANDARD";

/** What every report is made of: plain data that JSON can carry as it is. */
import type { PolicyRef, RuleRef, Verdict } from "../decision";
import type { Location, ObjectRef, Protocol } from "../model";

/** Either end of a connection, as reports name it. */
export interface ReportEnd {
  readonly kind: "workload" | "addresses" | "service" | "unlisted";
  /**
   * `shop/web`, or `shop/StatefulSet/web` where one of another kind has that name too; addresses as CIDRs or `internet`; a Service as
   * `shop/web:80`; pods that do not exist yet by their labels.
   */
  readonly name: string;
  /** Absent for addresses. */
  readonly namespace?: string;
  /** `Deployment`, where it is a workload. */
  readonly workloadKind?: string;
  /** Where addresses are meant: every range, canonical. */
  readonly cidrs?: readonly string[];
  /** The node whose address it is: an address inside the cluster, of which no policy speaks. */
  readonly node?: string;
  /** Set where pods that are not known one by one may have some of the addresses: then it cannot be said that they are outside the cluster. */
  readonly mayBePods?: true;
}

/** A connection set in words: `all`, `none`, `TCP 80,443; UDP 53`. The two differ where something is not known. */
export interface ReportConnections {
  /** What certainly flows. */
  readonly certain: string;
  /** What may flow: everything that is certain, and what is undecided. */
  readonly possible: string;
}

/** One flow with why it is allowed or not: the proof of a statement. */
export interface ReportFlow {
  readonly from: ReportEnd;
  readonly to: ReportEnd;
  readonly protocol: Protocol;
  readonly port: number;
  readonly verdict: Verdict;
}

/** Where a report's objects came from. */
export interface ReportInput {
  readonly name: string;
  /** `cdktf`, `terraform-json`, `plan`, `state`, `manifests`, `live`. */
  readonly kind: string;
  /** The Terraform stack it holds, where it holds one. */
  readonly stack?: string;
  readonly objects: number;
  /** Resources whose objects cannot be seen. */
  readonly opaque: readonly { readonly location: Location; readonly because: string }[];
  /** Why the input does not tell the whole story. */
  readonly incomplete: readonly string[];
}

/** Something about an input that the reader of a report must know. */
export interface ReportNote {
  readonly severity: "warning" | "note";
  readonly message: string;
  readonly location: Location;
}

/** Whether the cluster enforces NetworkPolicies at all; stated first in every report. */
export interface Enforcement {
  /** `none`: every policy is without effect. `partly`: some workloads are not covered. `unknown`: the input does not say. */
  readonly state: "enforced" | "partly" | "none" | "undecided" | "unknown";
  /** Each ground, most important first: what was found, where, and what follows. */
  readonly grounds: readonly { readonly message: string; readonly location?: Location; readonly code?: string }[];
  /** Policies, and workloads, that are concerned. */
  readonly policies: readonly ObjectRef[];
}

/** A finding of a lint rule, or of the tool about its own configuration. */
export interface Finding {
  /** `NP103` */
  readonly code: string;
  /** `inert-direction` */
  readonly name: string;
  readonly severity: "error" | "warning" | "info";
  readonly subject: ObjectRef;
  readonly message: string;
  readonly advice: string;
  readonly location: Location;
  readonly field?: string;
  readonly witness?: ReportFlow;
  readonly because: readonly (PolicyRef | RuleRef)[];
  /** Whether `--fix` can change the input; what it would do. */
  readonly fix?: string;
  /** Stable over moves, renames of constructs and new lines. */
  readonly fingerprint: string;
  /** Where the rule is explained. */
  readonly helpUri: string;
  /** `suppressed` and `baselined` findings never fail the gate. */
  readonly status: "new" | "suppressed" | "baselined";
  readonly suppression?: { readonly source: string; readonly reason: string; readonly expires: string };
}

/** A lint rule as reports show it. */
export interface ReportRule {
  readonly code: string;
  readonly name: string;
  /** One sentence on what it reports. */
  readonly title: string;
  /** The severity it has in this run; `off` where it was switched off. */
  readonly severity: "error" | "warning" | "info" | "off";
  readonly category: string;
  readonly fixable?: boolean;
  readonly helpUri: string;
  /** Its page, as Markdown. */
  readonly page?: string;
}

/** How one expectation came out. */
export interface ExpectationReport {
  readonly id: string;
  /** The expectation in one line: `only frontend → backend TCP 80`. */
  readonly statement: string;
  readonly kind: "allow" | "deny" | "only" | "isolated" | "unchanged" | "atMost";
  readonly result: "passed" | "failed" | "undecided";
  /** `warning`: reported, but the gate does not fail. */
  readonly severity: "error" | "warning";
  /** Why it must be so, in the words of whoever wrote it. */
  readonly because?: string;
  /** What went wrong where no flow shows it: a selector that matches nothing, a workload without a policy. */
  readonly problem?: string;
  /** A counter-example when it failed, what cannot be decided when undecided, otherwise any flow it speaks of. */
  readonly witness?: ReportFlow;
  /** How many pairs it was checked for. */
  readonly pairs: number;
  /** What a person sees who tries it, where the author said so. */
  readonly observed?: string;
  readonly location: Location;
}

/** One pair of ends between which something else may flow than before. */
export interface ConnectionChange {
  readonly kind: "added" | "removed" | "changed";
  readonly from: ReportEnd;
  readonly to: ReportEnd;
  readonly before: ReportConnections;
  readonly after: ReportConnections;
  readonly opened: string;
  readonly closed: string;
  /** Whether it is new exposure: from or to addresses outside, or another namespace. */
  readonly exposure: boolean;
  /** Policies that were added, removed or changed and apply to one of the ends; the workloads and namespaces that changed. */
  readonly causes: {
    readonly policies: readonly (PolicyRef & { readonly change: "added" | "removed" | "changed" })[];
    readonly workloads: readonly string[];
    readonly namespaces: readonly string[];
  };
  /** One flow that was opened (or closed), with the verdict before and after. */
  readonly example?: {
    readonly from: ReportEnd;
    readonly to: ReportEnd;
    readonly protocol: Protocol;
    readonly port: number;
    readonly before?: Verdict;
    readonly after?: Verdict;
  };
}

/** How long each phase took, in milliseconds, in order. */
export interface Timing {
  readonly phase: string;
  readonly ms: number;
}

import type {
  ConnectionChange,
  Enforcement,
  ExpectationReport,
  Finding,
  ReportConnections,
  ReportEnd,
  ReportFlow,
  ReportInput,
  ReportNote,
  ReportRule,
  Timing,
} from "./parts";
import type { Location, ObjectRef, Protocol } from "../model";
import type { DirectionVerdict, Verdict } from "../decision";

/** What all reports say of where they come from. */
export interface ReportBase {
  readonly inputs: readonly ReportInput[];
  /** Absent for reports that do not speak of traffic. */
  readonly enforcement?: Enforcement;
  readonly notes: readonly ReportNote[];
  /** Values not known that an answer depends on. */
  readonly unknowns: readonly { readonly because: string; readonly location?: Location }[];
  readonly timings?: readonly Timing[];
}

/** The gate's answer. `failed` wins over `undecided`, `undecided` over `passed`. */
export interface GateResult {
  readonly result: "passed" | "failed" | "undecided";
  /** One line for each ground of a result that is not `passed`. */
  readonly because: readonly string[];
}

/** `netpol check`. */
export interface CheckReport extends ReportBase {
  readonly kind: "check";
  readonly gate: GateResult;
  readonly summary: {
    readonly workloads: number;
    readonly namespaces: number;
    readonly policies: number;
    /** Workloads that a policy isolates for ingress, and for egress. */
    readonly isolated: { readonly ingress: number; readonly egress: number };
    readonly findings: {
      readonly error: number;
      readonly warning: number;
      readonly info: number;
      readonly suppressed: number;
      readonly baselined: number;
    };
    readonly expectations: { readonly passed: number; readonly failed: number; readonly undecided: number };
    readonly diff?: { readonly added: number; readonly removed: number; readonly changed: number };
  };
  readonly findings: readonly Finding[];
  readonly expectations: readonly ExpectationReport[];
  /** Absent when no input holds a before. */
  readonly diff?: readonly ConnectionChange[];
  /** The rules that were run, whether they found something or not. */
  readonly rules: readonly ReportRule[];
  /** Rules that could not be run, and why. */
  readonly rulesNotRun: readonly { readonly code: string; readonly because: string }[];
}

/** `netpol diff`. */
export interface DiffReport extends ReportBase {
  readonly kind: "diff";
  readonly gate: GateResult;
  readonly connections: readonly ConnectionChange[];
  readonly workloadsAdded: readonly string[];
  readonly workloadsRemoved: readonly string[];
  /** Pairs of workloads without any difference. */
  readonly unchangedPairs: number;
}

/** One moment of an explanation. */
export interface ExplainedMoment {
  /** Of a block of addresses: what every one of them may use, and what any of them may. */
  readonly connections: ReportConnections;
  /** Where an end is a block of addresses with which not everywhere the same may flow: each part, with what may. */
  readonly parts?: readonly { readonly from: ReportEnd; readonly to: ReportEnd; readonly connections: ReportConnections }[];
  /** Each flow asked about; without a port, one for each group of ports with the same answer. */
  readonly flows: readonly (ReportFlow & { readonly ports: string })[];
  /** For a denied flow, the smallest changes that would allow it, as YAML where a policy is changed; for an allowed one, the rules to remove. */
  readonly remedies: readonly {
    readonly goal: "allow" | "deny";
    readonly description: string;
    readonly yaml?: string;
    readonly alsoOpens: readonly string[];
  }[];
}

/** What one of the layers beside the specification does with a flow. */
export interface ExplainedLayer {
  readonly layer: "vpc-cni" | "security-group" | "network-acl" | "routes";
  readonly outcome: Verdict["outcome"];
  /** Set for a part of a block of addresses of which other parts fare otherwise. */
  readonly part?: ReportEnd;
  readonly message: string;
  /** What changes no answer and is worth knowing beside it. */
  readonly remarks?: readonly string[];
  readonly location?: Location;
}

/** `netpol explain`. */
export interface ExplainReport extends ReportBase {
  readonly kind: "explain";
  readonly from: ReportEnd;
  readonly to: ReportEnd;
  readonly asked: string;
  readonly before?: ExplainedMoment;
  readonly after: ExplainedMoment;
  /** How the flow fares under the VPC CNI and through the AWS network, where that differs or the input says. */
  readonly layers: readonly ExplainedLayer[];
  /** The same before the change; absent where there is no before. */
  readonly layersBefore?: readonly ExplainedLayer[];
  /** What a Service does on the way, where one was asked for. */
  readonly service?: {
    readonly name: string;
    readonly port: number;
    /** Why the client gets nowhere near a pod, whatever policies say: the Service answers inside the cluster only, or its load balancer refuses. */
    readonly refused?: "inside-only" | "source-ranges";
    readonly backends: readonly {
      readonly workload: string;
      readonly port: number;
      readonly outcome: Verdict["outcome"];
      readonly egress?: DirectionVerdict;
      readonly ingress?: DirectionVerdict;
    }[];
  };
}

/** `netpol list` and `netpol matrix`: one entry for each pair between which something may flow. */
export interface ListReport extends ReportBase {
  readonly kind: "list";
  readonly connections: readonly {
    readonly from: ReportEnd;
    readonly to: ReportEnd;
    readonly connections: ReportConnections;
    readonly because: readonly string[];
  }[];
}

/** `netpol matrix`. Cells are in the order of rows, then columns; absent where the pair is not asked about (a workload and itself). */
export interface MatrixReport extends ReportBase {
  readonly kind: "matrix";
  readonly by: "workload" | "namespace";
  readonly rows: readonly ReportEnd[];
  readonly columns: readonly ReportEnd[];
  readonly cells: readonly (readonly (MatrixCell | null)[])[];
}

/** `some`: some pairs of two namespaces, or some ports. */
export interface MatrixCell {
  readonly summary: "all" | "none" | "some" | "undecided";
  readonly connections: ReportConnections;
  /** Between namespaces: pairs that connect, of all. */
  readonly pairs?: { readonly connected: number; readonly all: number };
  readonly change?: ConnectionChange["kind"];
}

/** `netpol exposure`. */
export interface ExposureReport extends ReportBase {
  readonly kind: "exposure";
  readonly workloads: readonly {
    readonly workload: ReportEnd;
    readonly direction: "ingress" | "egress";
    readonly isolated: "yes" | "no" | "maybe";
    /** Outside addresses, other namespaces, and pods that do not exist yet. */
    readonly entries: readonly { readonly other: ReportEnd; readonly connections: ReportConnections }[];
  }[];
}

/** `netpol divergences`: where the VPC CNI lets something else flow than the specification of NetworkPolicy. */
export interface DivergencesReport extends ReportBase {
  readonly kind: "divergences";
  /** What the plugin was taken to be: as the input says, and as it comes where the input says nothing. */
  readonly plugin: { readonly version: string; readonly mode: string; readonly ipFamily: string };
  readonly divergences: readonly DivergenceEntry[];
  /** Pairs that may differ and were not looked at, because there are too many: above 0, the list proves nothing about them. */
  readonly omitted: number;
}

/** Pairs of ends between which the two differ, for one cause. */
export interface DivergenceEntry {
  /** Numbers of `docs/vpc-cni.md`: a smallest set of peculiarities without which both agree. */
  readonly deviations: readonly string[];
  /** Rules, or where no rule has a part in it policies, that are read differently. */
  readonly because: readonly string[];
  /** The changes after which both answer alike. */
  readonly changes: readonly string[];
  /** How many pairs were found; where the list was cut, there may be more. */
  readonly pairs: number;
  /** Allowed by the plugin alone, by the specification alone, and decided by the specification alone; for some of the pairs each. */
  readonly opened: string;
  readonly closed: string;
  readonly undecided: string;
  /** The first of the pairs. */
  readonly examples: readonly DivergenceExample[];
}

/** Two ends between which the two differ. */
export interface DivergenceExample {
  readonly from: ReportEnd;
  readonly to: ReportEnd;
  readonly opened: string;
  readonly closed: string;
  readonly undecided: string;
  /** One connection with both answers. */
  readonly connection: {
    readonly from: ReportEnd;
    readonly to: ReportEnd;
    readonly protocol: Protocol;
    readonly port: number;
    readonly specification: Verdict["outcome"];
    readonly vpcCni: Verdict["outcome"];
  };
}

/** `netpol suggest`. */
export interface SuggestReport extends ReportBase {
  readonly kind: "suggest";
  readonly policies: readonly { readonly ref: ObjectRef; readonly yaml: string }[];
  /** Whether the policies allow exactly what was asked for, and what they do not. */
  readonly proof: {
    readonly exact: boolean;
    readonly differences: readonly string[];
    /** What it holds under, where the input leaves something open. @default nothing */
    readonly assumptions?: readonly string[];
  };
  readonly problems: readonly string[];
}

/** `netpol rules`. */
export interface RulesReport {
  readonly kind: "rules";
  readonly rules: readonly ReportRule[];
}

/** `netpol suppressions`. */
export interface SuppressionsReport {
  readonly kind: "suppressions";
  readonly suppressions: readonly {
    readonly code: string;
    readonly source: string;
    readonly target: string;
    readonly reason: string;
    readonly expires: string;
    readonly owner?: string;
    /** `not-run`: the rule it is for was not run, so nothing can be said. */
    readonly state: "used" | "unused" | "expired" | "expires-soon" | "not-run";
    readonly location: Location;
  }[];
}

/** Whatever a command answers; every output renders these. */
export type Report =
  | CheckReport
  | DiffReport
  | ExplainReport
  | ListReport
  | MatrixReport
  | ExposureReport
  | DivergencesReport
  | SuggestReport
  | RulesReport
  | SuppressionsReport;

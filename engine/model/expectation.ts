import type { LabelSelector } from "./label-selector";
import type { Location } from "./location";
import type { Direction } from "./network-policy";
import type { Protocol } from "./port";

/** Ends an expectation speaks of. Every field that is there must hold; a list means any of them. */
export type ExpectedEnds =
  | PodsEnd
  /** The addresses of a block, and the pods that have one of them. */
  | { readonly cidr: string; readonly except?: readonly string[] }
  /** Resolves to the pods behind it, and the ports they are reached on. */
  | { readonly service: string }
  /**
   * `internet`: every public address. `external`: every address that is no pod's and no node's. `cluster`: every pod with an address of its
   * own; a host-networked pod is its node, and no policy keeps a node from its own pods. `any`: `cluster` and `external`.
   */
  | { readonly kind: "internet" | "external" | "cluster" | "any" };

/** Pods, by where they are and what they are called. */
export interface PodsEnd {
  /** A name, a glob such as `team-*`, or labels. @default every namespace */
  readonly namespace?: string | LabelSelector;
  /** @default every pod */
  readonly pods?: LabelSelector;
  /** `Deployment/web`, or `web` of any kind. A glob may stand for the name. */
  readonly workload?: string;
}

/** Ports an expectation speaks of. */
export type ExpectedPorts = "all" | readonly ExpectedPort[];

/** A range of numbers, or a container port's name resolved on each destination pod. */
export type ExpectedPort =
  { readonly protocol: Protocol; readonly from: number; readonly to: number } | { readonly protocol?: Protocol; readonly name: string };

/** Every pair of `from` and `to`, on every one of `ports`. */
export interface ExpectedFlows {
  readonly from: readonly ExpectedEnds[];
  readonly to: readonly ExpectedEnds[];
  readonly ports: ExpectedPorts;
}

/** What every expectation has. */
export interface ExpectationBase {
  /** Unique within a run; what a failure is called. */
  readonly id: string;
  /** Why it must be so. */
  readonly because?: string;
  /** A failure of a warning is reported and does not fail the gate. @default "error" */
  readonly severity?: "error" | "warning";
  /** ISO date after which the expectation itself is reported as out of date. */
  readonly until?: string;
  /** A selector, a port's name or a Service's port that finds nobody fails, unless this is set. @default false */
  readonly allowEmpty?: boolean;
  /** What a person sees who tries it. */
  readonly observed?: string;
  readonly location?: Location;
}

/**
 * What must, and must not, be possible: one model behind YAML, TypeScript and the Jest matchers. Each speaks of all pairs it names.
 * What is undecided fails neither it nor its negation: it is undecided.
 */
export type ClusterExpectation = ExpectationBase &
  (
    | ({ readonly kind: "allow" } & ExpectedFlows)
    /** `future`: pods that do not exist yet count as well. @default "future" */
    | ({ readonly kind: "deny"; readonly except?: readonly ExpectedFlows[]; readonly as?: "today" | "future" } & ExpectedFlows)
    /** `into`: nobody but `others` reaches `pods`, and those on `ports` alone; `outOf`: `pods` reach nobody else. */
    | {
        readonly kind: "only";
        readonly way: "into" | "outOf";
        readonly pods: readonly ExpectedEnds[];
        readonly others: readonly ExpectedEnds[];
        readonly ports: ExpectedPorts;
        readonly as?: "today" | "future";
      }
    /** Some policy isolates each of the pods, in each direction. */
    | { readonly kind: "isolated"; readonly pods: readonly PodsEnd[]; readonly directions: readonly Direction[] }
    /** What flows to and from the pods is the same before and after. Undecided without a before. */
    | { readonly kind: "unchanged"; readonly pods: readonly PodsEnd[] }
    /** What flows to and from the pods is no more than under the policies of `reference`, a file or folder relative to where it is written. */
    | { readonly kind: "atMost"; readonly reference: string; readonly pods: readonly PodsEnd[] }
  );

import type { Evaluation } from "../evaluation";
import { type Direction, isUnknown, type Peer, type Workload } from "../model";
import type { PodGroup } from "../matching/pod-groups";
import { IpSet } from "../sets/ip-set";
import { selectedPods } from "./selected-pods";

/** A block of a rule that applies to a pod. */
export interface AppliedBlock {
  /** As it is written. */
  readonly cidr: string;
  readonly addresses: IpSet;
  /** The place of its policy in the cluster's list, and of the rule and the peer in it. */
  readonly place: number;
  readonly index: number;
  readonly peer: number;
}

/** The blocks of all rules that apply to a pod in one direction. */
export interface AppliedBlocks {
  readonly blocks: readonly AppliedBlock[];
  /** The rules that let through whatever address there is. */
  readonly rulesForAnybody: number;
  /** The blocks, and what is taken out of them: addresses that are in the same of these are treated alike by policies. */
  readonly bounds: readonly IpSet[];
}

const families = ["IPv4", "IPv6"] as const;

/** Blocks by what applies to pods: pods that policies treat alike share one list. */
export class BlocksOfPods {
  private readonly known = new Map<string, AppliedBlocks>();

  constructor(
    private readonly evaluation: Evaluation,
    private readonly direction: Direction,
  ) {}

  /** Pods that a policy selects, one workload for all to which the same policies apply. Those on their node's network are left out. */
  subjectsOf(place: number): readonly { readonly workload: Workload; readonly applied: AppliedBlocks }[] {
    const subjects = new Map<string, Workload>();
    for (const group of selectedPods(this.evaluation).ofPolicy(place)) {
      const places = this.signatureOf(group);
      const workload = subjects.has(places)
        ? undefined
        : this.evaluation.universe.groups.workloadsIn(group).find(({ hostNetwork }) => hostNetwork === false);
      if (workload !== undefined) subjects.set(places, workload);
    }
    return [...subjects].map(([places, workload]) => ({ workload, applied: this.blocksOf(places) }));
  }

  /** The blocks of the policies that apply to a pod group. */
  of(group: PodGroup): AppliedBlocks {
    return this.blocksOf(this.signatureOf(group));
  }

  /** What tells pods apart to which other NetworkPolicies apply. */
  signatureOf(group: PodGroup): string {
    const lists = this.evaluation.interpretations.map((each) => each.appliesTo(group, this.direction).networkPolicies);
    return [...new Set(lists.flatMap((list) => list.map(({ policy }) => policy)))].join();
  }

  private blocksOf(places: string): AppliedBlocks {
    const known = this.known.get(places) ?? this.collected(places === "" ? [] : places.split(",").map(Number));
    this.known.set(places, known);
    return known;
  }

  private collected(places: readonly number[]): AppliedBlocks {
    const rules = places.flatMap((place) =>
      (this.evaluation.cluster.policies[place]?.[this.direction] ?? []).map(({ peers }, index) => ({ place, index, peers })),
    );
    const written = rules.flatMap(({ peers, ...at }) => (peers === "any" ? [] : peers.map((each, peer) => ({ ...at, peer, each }))));
    const blocks = written.flatMap(({ each, ...at }): readonly AppliedBlock[] => {
      const cidr = knownBlock(each);
      return cidr === undefined ? [] : [{ ...at, cidr, addresses: IpSet.cidr(cidr) }];
    });
    const excepts = written.flatMap(({ each }) => exceptsOf(each).map((except) => IpSet.cidr(except)));
    return {
      blocks,
      rulesForAnybody: rules.filter(({ peers }) => peers === "any").length,
      bounds: [...blocks.map(({ addresses }) => addresses), ...excepts],
    };
  }
}

const knownBlock = (peer: Peer): string | undefined => (peer.kind === "ipBlock" && !isUnknown(peer.cidr) ? peer.cidr : undefined);

/** What a block takes out, as far as it is known. */
export const exceptsOf = (peer: Peer): readonly string[] =>
  peer.kind === "ipBlock" ? peer.except.filter((each): each is string => !isUnknown(each)) : [];

/** Some addresses in the parts that the bounds tell apart. */
export const partsOf = (addresses: IpSet, bounds: readonly IpSet[]): readonly IpSet[] =>
  families.flatMap((family) => {
    const edges = bounds.flatMap((each) => each[family].intervals.flatMap(([from, to]) => [from, to + 1n]));
    return addresses[family].intervals.flatMap(([from, to]) => {
      const starts = [...new Set([from, ...edges.filter((edge) => from < edge && edge <= to)])].sort((a, b) => (a < b ? -1 : 1));
      return starts.map((start, at) => IpSet.range(family, start, (starts[at + 1] ?? to + 1n) - 1n));
    });
  });

import type { Interpretation } from "../interpretation";
import type { PodGroup } from "../matching/pod-groups";
import type { PeerMatch } from "../matching/peer-matching";
import { exactly } from "../matching/pod-index";
import type { PortName } from "../matching/port-matching";
import type { Direction, NetworkPolicy, Peer, PortMatch, Rule, Value } from "../model";
import { isOfDomainNames } from "./aws-kinds";
import type { Deviation } from "./deviation";
import type { Entry } from "./entry-limit";
import type { Ground } from "./ground";
import { HostPeers } from "./host-peers";
import { PortEntries } from "./port-entries";

/** A block of addresses with its exceptions, as a rule writes it. */
export interface Block {
  readonly cidr: Value<string>;
  readonly except: readonly Value<string>[];
}

/** What one peer of one rule adds to the agent's map. */
export interface CniContribution {
  /** The rule's policy, by its place in the list of the evaluation. */
  readonly policy: number;
  readonly rule: number;
  /** The peer as written; "any" for a rule without. */
  readonly peer: Peer | "any";
  readonly where: PeerMatch;
  readonly entries: readonly Entry[];
  readonly isCertain: boolean;
  /** Set when the address that counts is that of a block; "any" is both families. Otherwise it is that of each pod. */
  readonly block?: Block | "any";
}

/** One peer of one rule, before its ports are looked at. */
export interface RulePeer extends Pick<CniContribution, "policy" | "rule" | "peer" | "where" | "isCertain"> {
  readonly written: Rule;
}

/** The deviations that decide about what policies add. */
export const contributionDeviations = [
  "L-07",
  "L-23",
  "L-24",
  "L-25",
  "L-26",
  "L-27",
  "first-name",
] as const satisfies readonly Deviation[];
export type ContributionDeviation = (typeof contributionDeviations)[number];

/** Looks up what policies add, in one reading and with some deviations switched on. */
export class Contributions {
  readonly ports: PortEntries;
  private readonly hosts: HostPeers;
  private readonly known = new Map<string, readonly CniContribution[]>();
  private readonly peers = new Map<string, readonly RulePeer[]>();
  private readonly named = new Map<string, readonly Entry[]>();
  private subjects: ReadonlyMap<number, readonly Subject[]> | undefined;

  constructor(
    private readonly ground: Ground,
    private readonly active: ReadonlySet<ContributionDeviation>,
    private readonly interpretation: Interpretation,
  ) {
    const { universe, table, cluster } = ground.evaluation;
    this.ports = new PortEntries(table, universe, {
      findsSidecars: !active.has("L-24"),
      takesFirst: active.has("first-name"),
      carriesIcmp: ground.packets === "icmp" && active.has("L-27"),
    });
    this.hosts = new HostPeers(universe, cluster, interpretation.reading);
  }

  /** What a policy adds for one pod. Only an ingress name that each pod resolves for itself makes a difference between pods. */
  of(policy: number, direction: Direction, group: PodGroup): readonly CniContribution[] {
    const object = this.ground.evaluation.cluster.policies[policy] as NetworkPolicy;
    const rules = object[direction] ?? [];
    const isOwn = direction === "ingress" && !this.active.has("L-23") && rules.some(hasNames);
    const key = `${direction} ${String(policy)} ${isOwn ? this.ports.meanings(group) : ""}`;
    const known = this.known.get(key);
    if (known !== undefined) return known;
    const found = this.peersOf(policy, direction).flatMap((part) => this.ofPeer(part, direction, group));
    this.known.set(key, found);
    return found;
  }

  /** The peers of a policy's rules, in the order they are written. */
  peersOf(policy: number, direction: Direction): readonly RulePeer[] {
    const key = `${direction} ${String(policy)}`;
    const known = this.peers.get(key);
    if (known !== undefined) return known;
    const object = this.ground.evaluation.cluster.policies[policy] as NetworkPolicy;
    const matches = this.peerReading().rulesOf(policy, direction);
    const found = (object[direction] ?? []).flatMap((rule, index): readonly RulePeer[] => {
      const match = matches[index];
      if (match === undefined) return [];
      const base = { policy, rule: index, written: rule, isCertain: !match.isUncertain };
      if (rule.peers === "any") return [{ ...base, peer: "any", where: exactly(this.ground.evaluation.universe.all) }];
      return rule.peers.flatMap((peer, place) => {
        const where = match.peers?.[place];
        return where === undefined ? [] : [{ ...base, peer, where: this.expanded(peer, where) }];
      });
    });
    this.peers.set(key, found);
    return found;
  }

  /** Selectors find host-networked pods like any others, whatever becomes of them as subjects. */
  private peerReading(): Interpretation {
    const { reading } = this.interpretation;
    if (!this.active.has("L-07") || reading.hostNetwork === "pod") return this.interpretation;
    const { interpretations } = this.ground.evaluation;
    const found = interpretations.find(({ reading: each }) => each.hostNetwork === "pod" && each.family === reading.family);
    return found ?? this.interpretation;
  }

  private expanded(peer: Peer, where: PeerMatch): PeerMatch {
    return peer.kind !== "ipBlock" && this.active.has("L-07") ? this.hosts.expand(where) : where;
  }

  private ofPeer(part: RulePeer, direction: Direction, group: PodGroup): readonly CniContribution[] {
    const { written, policy, rule, peer, where, isCertain } = part;
    const base = { policy, rule, peer, where, isCertain, ...blockOf(peer) };
    if (written.ports === "any") return [{ ...base, entries: [this.ports.any] }];
    const plain = written.ports.flatMap((port) => this.ports.plain(port) ?? []);
    const names = written.ports.filter(isNamed);
    if (names.length > 0 && direction === "ingress" && this.isIdle(policy)) return [];
    if (direction === "ingress") {
      const entries = [...plain, ...this.ingressNames(policy, group, names)];
      return entries.length === 0 ? [] : [{ ...base, entries }];
    }
    if (isOfDomainNames(peer)) return [{ ...base, entries: [...plain, ...names.map((name) => this.ports.anyOf(name))] }];
    const resolves = base.block === undefined || !this.active.has("L-25");
    return [...(plain.length === 0 ? [] : [{ ...base, entries: plain }]), ...(resolves ? this.egressNames(base, names) : [])];
  }

  private egressNames(
    { block: _block, ...base }: Omit<CniContribution, "entries">,
    names: readonly PortName[],
  ): readonly CniContribution[] {
    return names.flatMap((name) =>
      this.ports.namedEverywhere(name).map(({ pods, entries }): CniContribution => {
        const possible = base.where.possible.intersect(pods);
        const where =
          base.where.certain === base.where.possible ? exactly(possible) : { certain: base.where.certain.intersect(pods), possible };
        return { ...base, where, entries };
      }),
    );
  }

  /** A name of an ingress rule stands for its numbers on all pods the policy selects, not only on the pod asked about. */
  private ingressNames(policy: number, group: PodGroup, names: readonly PortName[]): readonly Entry[] {
    if (!this.active.has("L-23")) return names.flatMap((name) => this.ports.named(name, group));
    return names.flatMap((name) => this.namedOnSubjects(policy, name));
  }

  /** What a name stands for on all pods of a policy; what many of them say alike is said once. */
  private namedOnSubjects(policy: number, name: PortName): readonly Entry[] {
    const key = `${String(policy)} ${name.protocol ?? "any"}/${name.name}`;
    const known = this.named.get(key);
    if (known !== undefined) return known;
    const { none } = this.ground.evaluation.table;
    const distinct = new Map<string, Entry>();
    for (const { group, isCertain } of this.subjectsOf(policy)) {
      for (const entry of this.ports.named(name, group)) {
        const said = isCertain ? entry : { ...entry, certain: none };
        const text = `${said.key} ${String(said.certain)} ${String(said.possible)}`;
        // Of entries with one key the last is the one that counts.
        distinct.delete(text);
        distinct.set(text, said);
      }
    }
    const found = [...distinct.values()];
    this.named.set(key, found);
    return found;
  }

  /** Whether no pod of a policy runs: names have nothing to be resolved on then. */
  private isIdle(policy: number): boolean {
    if (!this.active.has("L-26")) return false;
    const { groups } = this.ground.evaluation.universe;
    return this.subjectsOf(policy).every(({ group }) =>
      groups.workloadsIn(group).every(({ replicas, pods = [] }) => replicas === 0 && pods.length === 0),
    );
  }

  /** The pods a policy selects, host-networked ones left out: nothing is programmed for those. */
  private subjectsOf(policy: number): readonly Subject[] {
    this.subjects ??= this.findSubjects();
    return this.subjects.get(policy) ?? [];
  }

  private findSubjects(): ReadonlyMap<number, readonly Subject[]> {
    const { evaluation, lists } = this.ground;
    const subjects = new Map<number, Subject[]>();
    for (const group of evaluation.universe.groups.all) {
      if (group.hostNetwork === "yes") continue;
      const { networkPolicies, clusterPolicies } = this.interpretation.appliesTo(group, "ingress");
      const carriers = clusterPolicies.flatMap(({ policy, isCertain }) => {
        const aws = lists.aws[policy - lists.upstream];
        return aws === undefined ? [] : [{ policy: aws.rules, isCertain }];
      });
      for (const { policy, isCertain } of [...networkPolicies, ...carriers]) {
        const list = subjects.get(policy) ?? [];
        list.push({ group, isCertain: isCertain && group.hostNetwork === "no" });
        subjects.set(policy, list);
      }
    }
    return subjects;
  }
}

interface Subject {
  readonly group: PodGroup;
  readonly isCertain: boolean;
}

function blockOf(peer: Peer | "any"): Pick<CniContribution, "block"> {
  if (peer === "any") return { block: peer };
  return peer.kind === "ipBlock" ? { block: { cidr: peer.cidr, except: peer.except } } : {};
}

const isNamed = (port: PortMatch): port is PortName => port.kind === "named";
const hasNames = ({ ports }: Rule): boolean => ports !== "any" && ports.some(isNamed);

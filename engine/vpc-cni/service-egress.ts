import type { Interpretation } from "../interpretation";
import type { Match } from "../matching/pod-index";
import type { PodGroup } from "../matching/pod-groups";
import { isUnknown, type NetworkPolicy, type Rule } from "../model";
import type { ConnectionId } from "../rows/connection-table";
import { allOf, anyOf, requirementsOf, type Ternary } from "../selector";
import { ConnectionSet } from "../sets/connection-set";
import { parseAddress } from "../sets/ip-set";
import { PortSet } from "../sets/port-set";
import { type AppliedContributions, type CniRows, isSureOfBlocks } from "./cni-rows";
import type { CniContribution, RulePeer } from "./contributions";
import type { Deviation } from "./deviation";
import { type Entry, limited } from "./entry-limit";
import type { Key } from "./prefix-table";
import type { PrefixRow } from "./prefix-row";
import { hasAddress, type ServicePeers } from "./service-peers";
import type { ServiceTarget } from "./service-lookup";
import { serviceEntries } from "./service-ports";
import type { Shared } from "./subject-rows";

/** A rule that lets a pod out to a Service, by its policy's place. */
export interface ServiceRule {
  readonly policy: number;
  readonly rule: number;
  readonly by: "service" | "block";
}

/** The ranges EKS draws Service addresses from when none is asked for. */
const chosenByEks = ["10.100.0.0/16", "172.20.0.0/16", "fd00::/8"];

/** One pod, asked about one port of a Service. */
interface Question {
  readonly rows: CniRows;
  readonly subject: PodGroup;
  readonly target: ServiceTarget;
  /** The port that answers are in terms of. */
  readonly port: number;
  /** The set of that port alone. */
  readonly asked: ConnectionId;
}

/** Traffic of pods to the address of a Service, which the agent sees before it is translated. */
export class ServiceEgress {
  constructor(
    private readonly rowsIn: (interpretation: Interpretation) => CniRows,
    private readonly active: ReadonlySet<Deviation>,
    private readonly peers: ServicePeers,
  ) {}

  /** Whether a pod's packets to a port of a Service leave it, as far as policies of its namespace decide. */
  answer(interpretation: Interpretation, subject: PodGroup, target: ServiceTarget, more: Shared): Ternary {
    const rows = this.rowsIn(interpretation);
    const applied = rows.applied(subject, "egress", more.egress);
    if (applied.length === 0) return "yes";
    const { table } = rows.ground.evaluation;
    const port = this.portAsked(target);
    if (port === undefined) return "maybe";
    const asked = table.intern(ConnectionSet.of(target.port.protocol, PortSet.of(port)));
    const question: Question = { rows, subject, target, port, asked };
    const { certain, possible } = this.allowed(question, applied, rows.prefixRow(subject, "egress", more.egress));
    const has = (set: ConnectionId): boolean => table.set(set).has(target.port.protocol, port);
    const isIsolated = applied.some(({ isCertain }) => isCertain);
    if (has(certain) && applied.every(({ isCertain }) => isCertain)) return "yes";
    return has(possible) || !isIsolated ? "maybe" : "no";
  }

  /** The rules that let a pod out to a port of a Service, or may. */
  rulesFor(interpretation: Interpretation, subject: PodGroup, target: ServiceTarget): readonly ServiceRule[] {
    const rows = this.rowsIn(interpretation);
    const { table } = rows.ground.evaluation;
    const port = this.portAsked(target) ?? 0;
    const asked = port === 0 ? table.none : table.intern(ConnectionSet.of(target.port.protocol, PortSet.of(port)));
    const question: Question = { rows, subject, target, port, asked };
    const applied = rows.applied(subject, "egress");
    const prefixes = rows.prefixRow(subject, "egress");
    const around = new Set(this.chains(question, prefixes).flatMap((chain) => chain.flatMap(({ contributions }) => contributions)));
    const named = applied.flatMap(({ policy }) =>
      rows.contributions
        .peersOf(policy, "egress")
        .filter(
          (peer) =>
            this.matches(question, policy, peer) !== "no" &&
            this.entries(question, peer.written).some(({ possible }) => possible !== table.none),
        )
        .map(({ rule }): ServiceRule => ({ policy, rule, by: "service" })),
    );
    const blocks = applied
      .flatMap(({ contributions }) => contributions)
      .filter((each) => around.has(each) && each.entries.some(({ possible }) => table.intersect(possible, asked) !== table.none))
      .map(({ policy, rule }): ServiceRule => ({ policy, rule, by: "block" }));
    return [...named, ...blocks];
  }

  /** Rules are held against the Service's own port, or, as the specification has it, against the port on the pods. */
  private portAsked({ port, backend }: ServiceTarget): number | undefined {
    if (!this.active.has("L-13") && backend !== undefined) return backend.port;
    return isUnknown(port.port) ? undefined : port.port;
  }

  private allowed(question: Question, applied: readonly AppliedContributions[], prefixes: PrefixRow): Match<ConnectionId> {
    const { rows } = question;
    const { table } = rows.ground.evaluation;
    const named: Entry[] = [];
    const perhaps: Entry[] = [];
    for (const { policy } of applied) {
      for (const peer of rows.contributions.peersOf(policy, "egress")) {
        const matches = this.matches(question, policy, peer);
        if (matches !== "no") (matches === "yes" ? named : perhaps).push(...this.entries(question, peer.written));
      }
    }
    const contributions = applied.flatMap((each) => each.contributions);
    for (const contribution of contributions.filter(isResolvedName)) {
      const matches = this.isBehind(rows, question.target, contribution.where);
      if (matches !== "no") (matches === "yes" ? named : perhaps).push(...this.namedEntries(question, contribution));
    }
    const blocks = contributions.filter(({ block }) => block !== undefined);
    if (blocks.every(isSureOfBlocks)) return prefixes.answerFor(this.chains(question, prefixes), named, perhaps);
    const all = [...perhaps, ...blocks.flatMap(({ entries }) => entries)];
    return limited(table, { certain: named, possible: all }, rows.limit);
  }

  /** Names that rules without selectors ask for, as the specification reads them: resolved on the pod behind the Service. */
  private namedEntries({ rows, target, asked }: Question, { entries }: CniContribution): readonly Entry[] {
    const { table } = rows.ground.evaluation;
    const { backend, port } = target;
    const has = (set: ConnectionId): boolean => backend !== undefined && table.set(set).has(port.protocol, backend.port);
    return entries.map(({ key, certain, possible }) => ({
      key,
      certain: has(certain) ? asked : table.none,
      possible: has(possible) ? asked : table.none,
    }));
  }

  private entries({ rows, target, asked }: Question, rule: Rule): readonly Entry[] {
    const { none } = rows.ground.evaluation.table;
    return serviceEntries(rule, target, this.active).map(({ key, admits }) => ({
      key,
      certain: admits === "yes" ? asked : none,
      possible: admits === "no" ? none : asked,
    }));
  }

  /**
   * Whether a peer of a rule takes the Service in. The plugin asks what the Service's selector says, the specification who is behind it; a
   * deviation that is switched off keeps the two from differing in its way.
   */
  private matches({ rows, target }: Question, policy: number, { peer, where, isCertain }: RulePeer): Ternary {
    const object = rows.ground.evaluation.cluster.policies[policy] as NetworkPolicy;
    if (peer === "any" || peer.kind === "ipBlock" || !hasAddress(target.service)) return "no";
    const byLabels = this.peers.matches(peer, object, target.service);
    const byPods = this.isBehind(rows, target, where);
    const found = blended(this.active, byLabels, byPods, peer.kind === "pods" && requirementsOf(peer.pods).length === 0 ? "L-17" : "L-18");
    return found === "yes" && !isCertain ? "maybe" : found;
  }

  private isBehind({ ground }: CniRows, { backend }: ServiceTarget, where: RulePeer["where"]): Ternary {
    if (backend === undefined) return "maybe";
    const groups = ground.evaluation.universe.groups.ofWorkload(backend.workload);
    if (groups.every(({ index }) => where.certain.has(index))) return "yes";
    return groups.some(({ index }) => where.possible.has(index)) ? "maybe" : "no";
  }

  /** The blocks around the Service's address, or, as the specification has it, around that of the pods behind it. */
  private chains({ rows, target }: Question, prefixes: PrefixRow): readonly (readonly Key[])[] {
    const { service, backend } = target;
    const { ground, interpretation } = rows;
    if (!this.active.has("L-19") && backend !== undefined) {
      return ground.evaluation.universe.groups.ofWorkload(backend.workload).flatMap(({ index }) => prefixes.chainsAt(index));
    }
    const { ipFamily, serviceCidrs = chosenByEks } = ground.settings;
    const family = interpretation.reading.family ?? (isUnknown(ipFamily) ? undefined : ipFamily);
    const addresses = service.clusterIps.map(parseAddress).filter((address) => family === undefined || address.family === family);
    return addresses.length > 0 ? addresses.map((address) => prefixes.chainAround(address)) : prefixes.chainsWithin(serviceCidrs, family);
  }
}

/** A port name of a rule without selectors; there are such contributions only while names stand for something there. */
const isResolvedName = ({ peer, block }: CniContribution): boolean => block === undefined && (peer === "any" || peer.kind === "ipBlock");

/** The Service's selector against the pods behind it: `opens` is why the first can match without the second. */
function blended(active: ReadonlySet<Deviation>, byLabels: Ternary, byPods: Ternary, opens: Deviation): Ternary {
  const matchesBoth = allOf([byLabels, active.has(opens) ? "yes" : byPods]);
  return active.has("L-12") ? matchesBoth : anyOf([matchesBoth, byPods]);
}

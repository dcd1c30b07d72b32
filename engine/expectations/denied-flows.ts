import type { Evaluation } from "../evaluation";
import { mayHaveOnePod } from "../exemption";
import type { Endpoint, ExpectedPorts, Workload } from "../model";
import type { Connections } from "../reachability";
import type { Ternary } from "../selector";
import type { IpSet } from "../sets/ip-set";
import type { Member, ResolvedEnds } from "./expected-ends";
import { portsOn, type PortsThere } from "./expected-ports";
import { addressEndpoint, isSelf } from "../ends";
import { endpointOf, FlowPairs, isOnlyItself, pairsOfPods } from "./flow-pairs";
import { judge } from "./judgement";
import type { Tally } from "./tally";

/** Flows an expectation speaks of, as they are found in a cluster. */
export interface ResolvedFlows {
  readonly from: ResolvedEnds;
  readonly to: ResolvedEnds;
  readonly ports: ExpectedPorts;
}

/** Either end: a workload, or addresses that no exception tells apart. */
type Side = Member | IpSet;

const isMember = (side: Side): side is Member => "workload" in side;

/** Adds to the tally whether none of `flows` is possible, but for those of `except`. */
export function checkDenied(evaluation: Evaluation, flows: ResolvedFlows, except: readonly ResolvedFlows[], tally: Tally): void {
  new DeniedFlows(evaluation, flows, except, tally).check();
}

class DeniedFlows {
  private readonly pairs: FlowPairs;
  private readonly exceptions: readonly Exception[];

  constructor(
    private readonly evaluation: Evaluation,
    private readonly flows: ResolvedFlows,
    except: readonly ResolvedFlows[],
    private readonly tally: Tally,
  ) {
    this.pairs = new FlowPairs(evaluation);
    this.exceptions = except.map((each) => new Exception(each));
  }

  check(): void {
    this.checkWorkloads();
    this.checkPods();
    const { from, to } = this.flows;
    for (const source of [...from.members, ...from.pods]) {
      for (const { addresses, connections } of this.pairs.withAddresses(source.workload, "egress", to.addresses)) {
        for (const part of this.parts(addresses, "to")) this.ask(source, part, connections);
      }
    }
    for (const target of [...to.members, ...to.pods]) {
      for (const { addresses, connections } of this.pairs.withAddresses(target.workload, "ingress", from.addresses)) {
        for (const part of this.parts(addresses, "from")) this.ask(part, target, connections);
      }
    }
  }

  private checkWorkloads(): void {
    const { from, to } = this.flows;
    const destinations = new Map(to.members.map((member) => [member.workload, member]));
    for (const source of from.members) {
      this.tally.count(destinations.size);
      for (const [target, connections] of this.pairs.between(source.workload, destinations, false)) {
        if (isOnlyItself(source.workload, target.workload)) continue;
        const mayBeItself = source.workload === target.workload && mayHaveOnePod(source.workload);
        this.ask(source, target, mayBeItself ? this.pairs.betweenReplicas(source.workload) : connections);
      }
    }
  }

  private checkPods(): void {
    const { from, to } = this.flows;
    for (const [source, target] of pairsOfPods(from, to)) {
      this.tally.count(1);
      const mayBeItself = isSelf(endpointOf(source), endpointOf(target)) === "maybe";
      this.ask(source, target, mayBeItself ? this.pairs.betweenReplicas(source.workload) : this.pairs.betweenPods(source, target));
    }
  }

  /** Cuts addresses so that each exception speaks of all of a part or of nothing of it. */
  private parts(addresses: IpSet, end: "from" | "to"): readonly IpSet[] {
    const cuts = this.exceptions.map(({ flows }) => flows[end].addresses);
    return cuts.reduce<readonly IpSet[]>(
      (parts, cut) => parts.flatMap((part) => [part.intersect(cut), part.subtract(cut)]).filter((part) => !part.isEmpty),
      [addresses],
    );
  }

  private ask(from: Side, to: Side, connections: Connections): void {
    const isCertain = [from, to].every((side) => !isMember(side) || side.isCertain);
    const ports = this.withoutExceptions(portsOn(this.flows.ports, isMember(to) ? to : undefined), from, to);
    const ends = { from: endOf(from), to: endOf(to), connections };
    this.tally.add(judge(this.evaluation, { want: "denied", ports, isCertain }, ends), 0);
  }

  /** Certainly meant is what no exception can speak of; what may be meant is all that none surely speaks of. */
  private withoutExceptions(wanted: PortsThere, from: Side, to: Side): PortsThere {
    const spoken = this.exceptions.flatMap((each) => {
      const answer = each.speaksOf(from, to);
      return answer === "no" ? [] : [{ answer, ports: each.portsOn(to) }];
    });
    return {
      ...wanted,
      certain: spoken.reduce((left, { ports }) => left.subtract(ports.possible), wanted.certain),
      possible: spoken.reduce((left, { answer, ports }) => (answer === "yes" ? left.subtract(ports.certain) : left), wanted.possible),
    };
  }
}

/** Flows that are not meant by a denial. */
class Exception {
  private readonly from: ReadonlyMap<Workload, Member>;
  private readonly to: ReadonlyMap<Workload, Member>;

  constructor(readonly flows: ResolvedFlows) {
    this.from = new Map(flows.from.members.map((member) => [member.workload, member]));
    this.to = new Map(flows.to.members.map((member) => [member.workload, member]));
  }

  speaksOf(from: Side, to: Side): Ternary {
    const answers = [covers(this.flows.from, this.from, from), covers(this.flows.to, this.to, to)];
    return answers.includes("no") ? "no" : answers.includes("maybe") ? "maybe" : "yes";
  }

  portsOn(to: Side): PortsThere {
    return portsOn(this.flows.ports, isMember(to) ? (memberIn(this.flows.to, this.to, to) ?? to) : undefined);
  }
}

type Members = ReadonlyMap<Workload, Member>;

/** What ends say of a workload, or of one of its pods. */
function memberIn(ends: ResolvedEnds, members: Members, side: Member): Member | undefined {
  return members.get(side.workload) ?? ends.pods.find(({ pod }) => pod === side.pod);
}

function covers(ends: ResolvedEnds, members: Members, side: Side): Ternary {
  if (!isMember(side)) return side.isSubsetOf(ends.addresses) ? "yes" : "no";
  const member = memberIn(ends, members, side);
  if (member !== undefined) return member.isCertain ? "yes" : "maybe";
  // Some pods of a workload are meant, and all of them are asked about.
  return side.pod === undefined && ends.pods.some(({ workload }) => workload === side.workload) ? "maybe" : "no";
}

const endOf = (side: Side): Endpoint => (isMember(side) ? endpointOf(side) : addressEndpoint(side));

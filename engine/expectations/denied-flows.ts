import type { Evaluation } from "../evaluation";
import { mayHaveOnePod } from "../exemption";
import type { ExpectedPorts, Workload } from "../model";
import type { Connections } from "../reachability";
import type { ConnectionSet } from "../sets/connection-set";
import type { IpSet } from "../sets/ip-set";
import type { Member, ResolvedEnds } from "./expected-ends";
import { portsOn, type PortsThere } from "./expected-ports";
import { addressEndpoint } from "../ends";
import { FlowPairs, isOnlyItself, workloadEndpoint } from "./flow-pairs";
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
    const { from, to } = this.flows;
    const destinations = new Map(to.members.map((member) => [member.workload, member]));
    for (const source of from.members) {
      this.tally.count(destinations.size);
      for (const [target, connections] of this.pairs.between(source.workload, destinations, false)) {
        if (isOnlyItself(source.workload, target.workload)) continue;
        const mayBeItself = source.workload === target.workload && mayHaveOnePod(source.workload);
        this.ask(source, target, mayBeItself ? this.pairs.betweenReplicas(source.workload) : connections);
      }
      for (const { addresses, connections } of this.pairs.withAddresses(source.workload, "egress", to.addresses)) {
        for (const part of this.parts(addresses, "to")) this.ask(source, part, connections);
      }
    }
    for (const target of to.members) {
      for (const { addresses, connections } of this.pairs.withAddresses(target.workload, "ingress", from.addresses)) {
        for (const part of this.parts(addresses, "from")) this.ask(part, target, connections);
      }
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
    const target = isMember(to) ? to : undefined;
    const wanted = portsOn(this.flows.ports, target);
    const isCertain = [from, to].every((side) => !isMember(side) || side.isCertain);
    const strict = this.without(wanted, from, to, "certainly");
    const ends = { from: endpointOf(from), to: endpointOf(to), connections };
    this.tally.add(judge(this.evaluation, { want: "denied", ports: strict, isCertain }, ends), 0);
    const lenient = this.without(wanted, from, to, "perhaps");
    // What an exception may or may not speak of cannot fail, but it cannot pass either.
    if (!lenient.connections.equals(strict.connections)) {
      this.tally.add(judge(this.evaluation, { want: "denied", ports: lenient, isCertain: false }, ends), 0);
    }
  }

  /** `certainly`: less every exception that may apply, so that what is left is surely unwanted; `perhaps`: less those that surely apply. */
  private without(wanted: PortsThere, from: Side, to: Side, which: "certainly" | "perhaps"): PortsThere {
    const connections = this.exceptions
      .filter((each) => each.speaksOf(from, to) === "yes" || (which === "certainly" && each.speaksOf(from, to) === "maybe"))
      .reduce((left, each) => left.subtract(each.portsOn(to)), wanted.connections);
    return { ...wanted, connections };
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

  speaksOf(from: Side, to: Side): "yes" | "no" | "maybe" {
    const answers = [this.covers(from, this.from, this.flows.from.addresses), this.covers(to, this.to, this.flows.to.addresses)];
    return answers.includes("no") ? "no" : answers.includes("maybe") ? "maybe" : "yes";
  }

  portsOn(to: Side): ConnectionSet {
    return portsOn(this.flows.ports, isMember(to) ? (this.to.get(to.workload) ?? to) : undefined).connections;
  }

  private covers(side: Side, members: ReadonlyMap<Workload, Member>, addresses: IpSet): "yes" | "no" | "maybe" {
    if (!isMember(side)) return side.isSubsetOf(addresses) ? "yes" : "no";
    const member = members.get(side.workload);
    return member === undefined ? "no" : member.isCertain ? "yes" : "maybe";
  }
}

const endpointOf = (side: Side) => (isMember(side) ? workloadEndpoint(side.workload) : addressEndpoint(side));

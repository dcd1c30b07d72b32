import { addressEndpoint } from "../ends";
import type { Evaluation } from "../evaluation";
import type { Endpoint, ExpectedPorts } from "../model";
import type { Connections } from "../reachability";
import type { Member, ResolvedEnds } from "./expected-ends";
import { portsOn } from "./expected-ports";
import { endpointOf, FlowPairs, pairsOfPods } from "./flow-pairs";
import { judge } from "./judgement";
import type { Tally } from "./tally";

/** Adds to the tally whether every one of `from` may connect to every one of `to` on every port. */
export function checkAllowed(evaluation: Evaluation, from: ResolvedEnds, to: ResolvedEnds, ports: ExpectedPorts, tally: Tally): void {
  const pairs = new FlowPairs(evaluation);
  const ask = (source: Member | Endpoint, target: Member | Endpoint, connections: Connections): void => {
    const isCertain = [source, target].every((end) => !isMember(end) || end.isCertain);
    const question = { want: "allowed", ports: portsOn(ports, isMember(target) ? target : undefined), isCertain } as const;
    tally.add(judge(evaluation, question, { from: endOf(source), to: endOf(target), connections }));
  };
  const destinations = new Map(to.members.map((member) => [member.workload, member]));
  for (const source of from.members) {
    for (const [target, connections] of pairs.between(source.workload, destinations, true)) ask(source, target, connections);
  }
  for (const [source, target] of pairsOfPods(from, to)) ask(source, target, pairs.betweenPods(source, target));
  for (const source of [...from.members, ...from.pods]) {
    for (const { addresses, connections } of pairs.withAddresses(source.workload, "egress", to.addresses)) {
      ask(source, addressEndpoint(addresses), connections);
    }
  }
  for (const target of [...to.members, ...to.pods]) {
    for (const { addresses, connections } of pairs.withAddresses(target.workload, "ingress", from.addresses)) {
      ask(addressEndpoint(addresses), target, connections);
    }
  }
}

const isMember = (end: Member | Endpoint): end is Member => "isCertain" in end;
const endOf = (end: Member | Endpoint): Endpoint => (isMember(end) ? endpointOf(end) : end);

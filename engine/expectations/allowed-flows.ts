import type { Evaluation } from "../evaluation";
import type { ExpectedPorts } from "../model";
import type { ResolvedEnds } from "./expected-ends";
import { portsOn } from "./expected-ports";
import { addressEndpoint } from "../ends";
import { FlowPairs, workloadEndpoint } from "./flow-pairs";
import { judge } from "./judgement";
import type { Tally } from "./tally";

/** Adds to the tally whether every one of `from` may connect to every one of `to` on every port. */
export function checkAllowed(evaluation: Evaluation, from: ResolvedEnds, to: ResolvedEnds, ports: ExpectedPorts, tally: Tally): void {
  const pairs = new FlowPairs(evaluation);
  const destinations = new Map(to.members.map((member) => [member.workload, member]));
  for (const source of from.members) {
    for (const [target, connections] of pairs.between(source.workload, destinations, true)) {
      const question = { want: "allowed", ports: portsOn(ports, target), isCertain: source.isCertain && target.isCertain } as const;
      const ends = { from: workloadEndpoint(source.workload), to: workloadEndpoint(target.workload), connections };
      tally.add(judge(evaluation, question, ends));
    }
    for (const { addresses, connections } of pairs.withAddresses(source.workload, "egress", to.addresses)) {
      const question = { want: "allowed", ports: portsOn(ports, undefined), isCertain: source.isCertain } as const;
      tally.add(judge(evaluation, question, { from: workloadEndpoint(source.workload), to: addressEndpoint(addresses), connections }));
    }
  }
  for (const target of to.members) {
    for (const { addresses, connections } of pairs.withAddresses(target.workload, "ingress", from.addresses)) {
      const question = { want: "allowed", ports: portsOn(ports, target), isCertain: target.isCertain } as const;
      tally.add(judge(evaluation, question, { from: addressEndpoint(addresses), to: workloadEndpoint(target.workload), connections }));
    }
  }
}

import type { AwsNetwork } from "./aws-network";
import { aclChecks, type Check, groupCheck, podReplies } from "./checks";
import { answerOf, type Hop, type NetworkAnswer, sameVpc, type Stand, standName, stands, unknownSubnetChecks } from "./hops";

/**
 * What pods on different nodes can exchange: security groups of both, network ACLs of both subnets (replies too), routes. Pods on one node reach
 * each other without any of these.
 */
export function podToPod(network: AwsNetwork): NetworkAnswer {
  const all = stands(network);
  return answerOf(all.flatMap((from) => all.map((to) => between(network, from, to))));
}

function between(network: AwsNetwork, from: Stand, to: Stand): Hop {
  const [sender, receiver] = [from, to].map(({ place }) => ({ of: place.name, groups: place.groups })) as [Ends, Ends];
  const checks: readonly Check[] = [
    groupCheck(network.groups, sender, "egress", { addresses: to.addresses, groups: receiver.groups }),
    groupCheck(network.groups, receiver, "ingress", { addresses: from.addresses, groups: sender.groups }),
    ...betweenSubnets(from, to),
    ...unknownSubnetChecks(network, from),
    ...unknownSubnetChecks(network, to),
  ];
  return { from: standName(from), to: standName(to), checks };
}

type Ends = Parameters<typeof groupCheck>[1];

/** Within one subnet no network ACL is asked. */
function betweenSubnets(from: Stand, to: Stand): readonly Check[] {
  if (from.subnet === undefined || to.subnet === undefined) return [];
  const route = sameVpc(from.subnet, to.subnet);
  if (from.subnet === to.subnet) return [route];
  return [
    ...aclChecks(from.subnet, "client", to.addresses, podReplies),
    ...aclChecks(to.subnet, "server", from.addresses, podReplies),
    route,
  ];
}

import type { Evaluation } from "../../engine";
import type { ExplainedMoment } from "../../engine/report";
import { listed } from "../../outputs/sentences";
import type { Moment } from "./explained-moment";
import { remediesFor } from "./remedies";
import { type Arrival, isLeftOut } from "./service-arrival";

type Remedies = ExplainedMoment["remedies"];

/**
 * What would turn the answer for a client that enters through a Service. Only where pods see its address can a rule about that help; behind
 * nodes it would change nothing, so that it is said what does.
 */
export function arrivalRemedies(evaluation: Evaluation, arrival: Arrival, moment: Moment): Remedies {
  const { door, client, to } = arrival;
  if (isLeftOut(arrival)) return [toAllow(`add ${client} to \`loadBalancerSourceRanges\` of Service ${to.end.name}`, [])];
  if (door.seenAs === "client") return remediesFor(evaluation, moment.flows);
  return moment.outcomes.every((each) => each === "allowed") || moment.flows.length === 0 ? [] : behindNodes(evaluation, arrival);
}

function behindNodes({ cluster }: Evaluation, { door, client, to }: Arrival): Remedies {
  const nodes = cluster.nodes.flatMap(({ addresses }) => addresses);
  const named =
    nodes.length === 0 ? "" : ` (${listed(nodes.length > 3 ? [...nodes.slice(0, 3), `${String(nodes.length - 3)} more`] : nodes)})`;
  const local = `set \`externalTrafficPolicy: Local\` on Service ${to.end.name}, so that pods see ${client}, and admit that`;
  const ranges = door.via === "load balancer" ? ", as far as `loadBalancerSourceRanges` let it" : "";
  return [
    toAllow(local, []),
    toAllow(`admit the addresses of the nodes${named} by an ipBlock at the pods behind the Service`, [
      `everybody who reaches the Service from outside${ranges}, since pods see nodes in place of all of them`,
    ]),
  ];
}

const toAllow = (description: string, alsoOpens: readonly string[]): Remedies[number] => ({ goal: "allow", description, alsoOpens });

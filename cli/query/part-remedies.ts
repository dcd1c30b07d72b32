import { type Evaluation, verdict } from "../../engine";
import { isUnknown } from "../../engine/model";
import type { ExplainedMoment } from "../../engine/report";
import { arrivalRemedies } from "./arrival-remedies";
import type { AskedPort } from "./asked-ports";
import type { AnsweredPart } from "./explained-block";
import type { AskedFlow } from "./explained-moment";
import { waysIn } from "./inside-only";
import { remediesFor } from "./remedies";
import { type Widening, widened } from "./widened-remedies";

type Remedies = ExplainedMoment["remedies"];

/** Of so many parts of a block it is told what would turn the answer: each is a policy to read. */
export const mostRemedied = 4;

/** What would turn the answer: for what was asked about as a whole, or for each of the first parts of a block of addresses. */
export function remediesOf(evaluation: Evaluation, parts: readonly AnsweredPart[], asked: readonly AskedPort[] | "every"): Remedies {
  const found = parts.slice(0, mostRemedied).flatMap((part) => {
    const widening = part.block === undefined ? undefined : widened(part.block);
    const about = aboutPart(part, widening, parts.length);
    return partRemedies(evaluation, part, asked, widening).map((each) => ({ ...each, description: `${each.description}${about}` }));
  });
  return [...new Map(found.map((each) => [each.yaml ?? each.description, each])).values()];
}

/** Of which part it is told. Where the addresses of a part are too many blocks to write, one of them is an example. */
function aboutPart({ pair, moment, block }: AnsweredPart, widening: Widening | undefined, parts: number): string {
  if (block === undefined) return "";
  const member = pair[block.side];
  const isAboutAddress = moment.arrival === undefined && moment.service?.refused === undefined;
  if (isAboutAddress && widening === undefined && member.kind === "endpoint" && member.endpoint.kind === "address") {
    return ` (for ${member.endpoint.address}, one of ${block.end.name})`;
  }
  return parts === 1 ? "" : ` (for ${block.end.name})`;
}

/**
 * Where every port was asked about, for one port that is denied and one that is allowed, of those that the destination declares or a Service
 * leads to, since nobody means the others.
 */
function partRemedies(
  evaluation: Evaluation,
  { moment }: AnsweredPart,
  asked: readonly AskedPort[] | "every",
  widening: Widening | undefined,
): Remedies {
  const { flows, arrival, service } = moment;
  if (service?.refused === "inside-only") return waysIn(service);
  if (arrival !== undefined) return arrivalRemedies(evaluation, arrival, moment);
  if (asked !== "every") return remediesFor(evaluation, flows, widening);
  const useful = flows.slice(0, 1).flatMap((each) => usefulFlows(evaluation, each));
  const answered = useful.map((each) => ({ ...each, verdict: verdict(evaluation, each.flow) }));
  const chosen = (["denied", "allowed"] as const).flatMap((outcome) => answered.find((each) => each.verdict.outcome === outcome) ?? []);
  return remediesFor(evaluation, chosen, widening);
}

/** The same flow to each port that is of use on its destination. */
function usefulFlows({ cluster }: Evaluation, asked: AskedFlow): readonly AskedFlow[] {
  const { to } = asked.flow;
  if (to.kind === "address") return [];
  const { ports, namespace, labels } = to.workload;
  const declared = ports.flatMap(({ port, protocol }) => (isUnknown(port) ? [] : [{ port, protocol }]));
  const served = cluster.services
    .filter((service) => service.namespace === namespace && isSelecting(service.selector?.matchLabels, labels))
    .flatMap((service) => service.ports)
    .flatMap(({ targetPort, protocol }) => (typeof targetPort === "number" ? [{ port: targetPort, protocol }] : []));
  const wanted = new Map([...declared, ...served].map((each) => [`${each.protocol} ${String(each.port)}`, each]));
  return [...wanted.values()].map(({ protocol, port }) => ({ ...asked, flow: { ...asked.flow, protocol, port } }));
}

const isSelecting = (wanted: object | undefined, labels: object): boolean =>
  wanted !== undefined && Object.entries(wanted).every(([key, value]) => (labels as Record<string, unknown>)[key] === value);

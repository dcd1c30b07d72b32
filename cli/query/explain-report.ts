import { type Evaluation, verdict } from "../../engine";
import { isUnknown, type Outcome } from "../../engine/model";
import type { ExplainedMoment, ExplainReport, ReportEnd, ReportNote } from "../../engine/report";
import type { Analysis, ClusterState } from "../analysis";
import type { WrittenPort } from "../ends";
import { awsLayers } from "./aws-layers";
import { cniLayer } from "./cni-layer";
import { type AskedPort, portOfService, portsOn } from "./asked-ports";
import { blockMoment } from "./explained-block";
import { type AskedPair, type EndPair, endsIn, type FoundEnds, isSinglePair, type Question } from "./explained-ends";
import { type AskedFlow, directMoment, type Moment, serviceMoment } from "./explained-moment";
import { remediesFor } from "./remedies";
import { arrivalLayers } from "./arrival-layers";
import { arrivalRemedies } from "./arrival-remedies";
import { arrivalAt, arrivalMoment } from "./service-arrival";

/** The answer, and every outcome on the way. */
export interface Explained {
  readonly report: ExplainReport;
  readonly outcomes: readonly Outcome[];
}

/** Answers why something flows or not, now or before and after a change. Ends or ports that are not there are a Failure. */
export function explainReport(analysis: Analysis, question: Question): Explained {
  const { evaluation, before, report } = analysis;
  const ends = endsIn(evaluation, before?.evaluation, question);
  const asked = askedPorts(ends, question.to.port);
  const after = momentAt(evaluation, ends.after, asked);
  const past = momentAt(before?.evaluation, ends.before, asked);
  const { from, to } = (ends.after ?? ends.before) as AskedPair;
  return {
    outcomes: after.outcomes,
    report: {
      kind: "explain",
      ...report,
      notes: [...report.notes, ...notesOn(ends, [...after.remarks, ...past.remarks], before !== undefined)],
      unknowns: placed(after.unknowns, report.unknowns),
      from: from.end,
      to: serviceEnd(to, asked),
      asked: `${from.end.name} → ${askedText(to, asked)}`,
      ...(ends.before === undefined ? {} : { before: explained(past, []) }),
      after: explained(after, isSingle(ends.after) ? remedies(evaluation, after, asked) : []),
      layers: layersOf(analysis, ends.after, after, asked),
      ...(before === undefined || ends.before === undefined ? {} : { layersBefore: layersOf(before, ends.before, past, asked) }),
      ...(after.service === undefined ? {} : { service: after.service }),
    },
  };
}

const isSingle = (ends: AskedPair | undefined): ends is EndPair => ends !== undefined && isSinglePair(ends);

type Asked = readonly AskedPort[] | "every";

/** How it fares beside the specification: under the plugin, and through the AWS network. Of a block of addresses, nothing is said. */
const layersOf = (state: ClusterState, ends: AskedPair | undefined, moment: Moment, asked: Asked): ExplainReport["layers"] =>
  !isSingle(ends)
    ? []
    : moment.arrival === undefined
      ? [...cniLayer(state, ends, moment, asked), ...awsLayers(state, ends, moment.flows, asked)]
      : arrivalLayers(state, moment.arrival, moment);

/** Unknown values with the places the input gives for them. */
function placed(unknowns: Moment["unknowns"], all: ExplainReport["unknowns"]): ExplainReport["unknowns"] {
  const places = new Map(all.map((each) => [each.because, each]));
  return unknowns.map(({ because }) => places.get(because) ?? { because });
}

/** When an end is not there, nothing flows. */
const nothing: Moment = {
  connections: { certain: "none", possible: "none" },
  flows: [],
  outcomes: ["denied"],
  unknowns: [],
  remarks: [],
};

const explained = ({ connections, parts, flows }: Moment, remedies: ExplainedMoment["remedies"]): ExplainedMoment => ({
  connections,
  ...(parts === undefined ? {} : { parts }),
  flows: flows.map(({ flow, from, to, ports, verdict }) => ({ from, to, protocol: flow.protocol, port: flow.port, ports, verdict })),
  remedies,
});

/** The ports at the moment that counts: after, unless an end is gone by then. A name keeps its number before the change. */
function askedPorts({ after, before }: FoundEnds, port: WrittenPort | undefined): Asked {
  const { to } = (after ?? before) as AskedPair;
  if (to.kind === "service") return [portOfService(to.service, to.end.name, port)];
  if (port === undefined) return "every";
  return portsOn(to.kind === "block" ? { kind: "address", address: to.cidr } : to.endpoint, port);
}

function momentAt(evaluation: Evaluation | undefined, ends: AskedPair | undefined, asked: Asked): Moment {
  if (evaluation === undefined || ends === undefined) return nothing;
  if (isSinglePair(ends)) return singleMoment(evaluation, ends, asked);
  return blockMoment(evaluation, ends, (each) => singleMoment(evaluation, each, asked));
}

function singleMoment(evaluation: Evaluation, { from, to }: EndPair, asked: Asked): Moment {
  if (to.kind === "endpoint") return directMoment(evaluation, from, to, asked);
  const [port] = asked as readonly AskedPort[];
  const arrival = arrivalAt(evaluation, from, to, port as AskedPort);
  return arrival === undefined ? serviceMoment(evaluation, from, to, port as AskedPort) : arrivalMoment(from, arrival);
}

/**
 * What would turn the answer: for the flows that were asked about. Where every port was, for one port that is denied and one that is allowed,
 * of those that the destination declares or a Service leads to, since nobody means the others.
 */
function remedies(evaluation: Evaluation, moment: Moment, asked: Asked): ExplainedMoment["remedies"] {
  const { flows, arrival } = moment;
  if (arrival !== undefined) return arrivalRemedies(evaluation, arrival, moment);
  if (asked !== "every") return remediesFor(evaluation, flows);
  const useful = flows.slice(0, 1).flatMap((each) => usefulFlows(evaluation, each));
  const answered = useful.map((each) => ({ ...each, verdict: verdict(evaluation, each.flow) }));
  const chosen = (["denied", "allowed"] as const).flatMap((outcome) => answered.find((each) => each.verdict.outcome === outcome) ?? []);
  return remediesFor(evaluation, chosen);
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

function askedText(to: AskedPair["to"], asked: Asked): string {
  const ports =
    asked === "every"
      ? "every port"
      : asked.map(({ protocol, port, name }) => `${protocol} ${String(port)}${name === undefined ? "" : ` (${name})`}`).join(", ");
  return to.kind === "service" ? `Service ${to.end.name} ${ports}` : `${to.end.name} ${ports}`;
}

/** Reports name a Service with its port. */
function serviceEnd(to: AskedPair["to"], asked: Asked): ReportEnd {
  const [port] = asked === "every" ? [] : asked;
  return to.kind === "service" && port !== undefined ? { ...to.end, name: `${to.end.name}:${String(port.port)}` } : to.end;
}

function notesOn({ after, before, remarks }: FoundEnds, said: readonly string[], isChange: boolean): readonly ReportNote[] {
  const missing = [
    ...(after === undefined ? ["an end is gone after the change, and with it whatever flowed"] : []),
    ...(isChange && before === undefined ? ["an end was not there before the change"] : []),
  ];
  return [...new Set([...missing, ...remarks, ...said])].map((message) => ({ severity: "note", message, location: {} }));
}

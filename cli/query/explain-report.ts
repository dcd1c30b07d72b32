import type { Evaluation } from "../../engine";
import type { Outcome } from "../../engine/model";
import type { ExplainedMoment, ExplainReport, ReportEnd, ReportNote } from "../../engine/report";
import type { Analysis, ClusterState } from "../analysis";
import type { WrittenPort } from "../ends";
import { type AskedPort, portOfService, portsOn } from "./asked-ports";
import { type Answered, blockAnswer } from "./explained-block";
import { type AskedPair, type EndPair, endsIn, type FoundEnds, isSinglePair, type Question } from "./explained-ends";
import { directMoment, type Moment, serviceMoment } from "./explained-moment";
import { insideOnlyMoment } from "./inside-only";
import { partLayers } from "./part-layers";
import { mostRemedied, remediesOf } from "./part-remedies";
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
  const now = answerAt(evaluation, ends.after, asked);
  const past = answerAt(before?.evaluation, ends.before, asked);
  const { from, to } = (ends.after ?? ends.before) as AskedPair;
  const [layers, layersBefore] = [layersAt(analysis, now, asked), before === undefined ? [] : layersAt(before, past, asked)];
  const isTold = layers !== undefined && layersBefore !== undefined;
  const said = [...now.moment.remarks, ...past.moment.remarks, ...partRemarks(now, isTold)];
  return {
    outcomes: [...now.moment.outcomes, ...unseen(layers)],
    report: {
      kind: "explain",
      ...report,
      notes: [...report.notes, ...notesOn(ends, said, before !== undefined)],
      unknowns: placed(now.moment.unknowns, report.unknowns),
      from: from.end,
      to: serviceEnd(to, asked),
      asked: `${from.end.name} → ${askedText(to, asked)}`,
      ...(ends.before === undefined ? {} : { before: explained(past.moment, []) }),
      after: explained(now.moment, remediesOf(evaluation, now.parts, asked)),
      layers: layers ?? [],
      ...(before === undefined || ends.before === undefined ? {} : { layersBefore: layersBefore ?? [] }),
      ...(now.moment.service === undefined ? {} : { service: now.moment.service }),
    },
  };
}

type Asked = readonly AskedPort[] | "every";

const layersAt = (state: ClusterState, { parts }: Answered, asked: Asked): ExplainReport["layers"] | undefined =>
  partLayers(state, parts, asked, (pair) => singleMoment(state.evaluation, pair, asked));

/** What was not looked at may be otherwise. */
const unseen = (layers: ExplainReport["layers"] | undefined): readonly Outcome[] => (layers === undefined ? ["undecided"] : []);

/** What of a block of many parts is not told. */
function partRemarks({ parts }: Answered, isTold: boolean): readonly string[] {
  const name = parts[0]?.block?.whole.name ?? "";
  return [
    ...(!isTold ? [`${name} has too many parts to say of each what the VPC CNI and the AWS network do: name a smaller block`] : []),
    ...(parts.length > mostRemedied ? [`what would turn the answer is told of the first ${String(mostRemedied)} parts of ${name}`] : []),
  ];
}

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

function answerAt(evaluation: Evaluation | undefined, ends: AskedPair | undefined, asked: Asked): Answered {
  if (evaluation === undefined || ends === undefined) return { moment: nothing, parts: [] };
  if (!isSinglePair(ends)) return blockAnswer(evaluation, ends, (each) => singleMoment(evaluation, each, asked));
  const moment = singleMoment(evaluation, ends, asked);
  return { moment, parts: [{ pair: ends, moment }] };
}

function singleMoment(evaluation: Evaluation, { from, to }: EndPair, asked: Asked): Moment {
  if (to.kind === "endpoint") return directMoment(evaluation, from, to, asked);
  const [port] = asked as readonly AskedPort[];
  const arrival = arrivalAt(evaluation, from, to, port as AskedPort);
  if (arrival !== undefined) return arrivalMoment(from, arrival);
  const inside = (): Moment => serviceMoment(evaluation, from, to, port as AskedPort);
  return insideOnlyMoment(evaluation, from, to, port as AskedPort, inside) ?? inside();
}

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

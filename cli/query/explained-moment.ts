import {
  type BackendReach,
  ConnectionSet,
  type Evaluation,
  PortSet,
  reachability,
  reachService,
  type ServiceReach,
  verdict,
  type Verdict,
} from "../../engine";
import { type Endpoint, type Flow, type Outcome, type Unknown, workloadName } from "../../engine/model";
import {
  connectionsText,
  type ExplainedMoment,
  type ExplainReport,
  type ReportConnections,
  type ReportEnd,
  workloadEnd,
} from "../../engine/report";
import type { FoundEnd } from "./named-ends";
import { portGroups } from "./port-groups";
import type { AskedPort } from "./asked-ports";
import type { Arrival } from "./service-arrival";
import { distinctUnknowns } from "../../engine/unknowns";

/** One flow that is asked about, or one that stands for many ports with the same answer. */
export interface AskedFlow {
  readonly flow: Flow;
  readonly from: ReportEnd;
  readonly to: ReportEnd;
  /** Every port it stands for. */
  readonly ports: string;
  readonly verdict: Verdict;
}

/** What is answered at one moment: before or after a change, or now. */
export interface Moment {
  readonly connections: ReportConnections;
  readonly parts?: NonNullable<ExplainedMoment["parts"]>;
  readonly flows: readonly AskedFlow[];
  /** Every answer on the way; none: there is nobody to answer, so that nothing flows. */
  readonly outcomes: readonly Outcome[];
  readonly unknowns: readonly Unknown[];
  readonly service?: NonNullable<ExplainReport["service"]>;
  /** Set for a client outside that enters through a Service. */
  readonly arrival?: Arrival;
  /** What else is worth knowing. */
  readonly remarks: readonly string[];
}

/** An end that is a pod or an address. */
export type FoundEndpoint = Extract<FoundEnd, { readonly kind: "endpoint" }>;
export type FoundService = Extract<FoundEnd, { readonly kind: "service" }>;

/** Explains what flows from one end to another: on some ports, or on every one. */
export function directMoment(
  evaluation: Evaluation,
  from: FoundEndpoint,
  to: FoundEndpoint,
  asked: readonly AskedPort[] | "every",
): Moment {
  const ends = { from: from.endpoint, to: to.endpoint };
  const named = { from: from.end, to: to.end };
  const found = asked === "every" ? everyPort(evaluation, ends) : asked.map((each) => onPort(evaluation, ends, each));
  const flows = found.map((each) => ({ ...each, ...named }));
  return {
    connections: connectionsText(reachability(evaluation).connections(ends.from, ends.to)),
    flows,
    outcomes: flows.map((each) => each.verdict.outcome),
    unknowns: distinctUnknowns(flows.flatMap((each) => openIn(each.verdict))),
    remarks: [],
  };
}

type Ends = Pick<Flow, "from" | "to">;

type AnsweredFlow = Omit<AskedFlow, "from" | "to">;

const everyPort = (evaluation: Evaluation, ends: Ends): readonly AnsweredFlow[] =>
  portGroups(evaluation, ends.from, ends.to).map(({ connections, protocol, port, verdict: answer }) => ({
    flow: { ...ends, protocol, port },
    ports: connections.isAll ? "every port" : connections.toString(),
    verdict: answer,
  }));

function onPort(evaluation: Evaluation, ends: Ends, { protocol, port, name }: AskedPort): AnsweredFlow {
  const flow = { ...ends, protocol, port };
  return { flow, ports: `${protocol} ${String(port)}${name === undefined ? "" : ` (${name})`}`, verdict: verdict(evaluation, flow) };
}

/** Explains what flows from an end to one port of a Service, at every workload behind it. */
export function serviceMoment(
  evaluation: Evaluation,
  from: FoundEndpoint,
  { ref }: FoundService,
  { protocol, port, name }: AskedPort,
): Moment {
  const reach = reachService(evaluation, from.endpoint, ref, name ?? port, protocol);
  const flows = reach.backends.flatMap((each) => backendFlow(from, each, protocol));
  return {
    connections: serviceConnections(reach, { protocol, port }),
    flows,
    outcomes: outcomesOf(reach),
    unknowns: reach.unknowns,
    service: { name: `${ref.namespace}/${ref.name}`, port, backends: reach.backends.flatMap(backendLine) },
    remarks: remarksOn(reach),
  };
}

function serviceConnections({ outcome, answer }: ServiceReach, { protocol, port }: AskedPort): ReportConnections {
  const whole = ConnectionSet.of(protocol, PortSet.of(port));
  const isPossible = outcome !== "denied";
  return connectionsText({
    certain: answer === "all" ? whole : ConnectionSet.none,
    possible: isPossible ? whole : ConnectionSet.none,
  });
}

/** Where some endpoints let the flow in and some do not, both are the answer. */
const outcomesOf = ({ answer, outcome }: ServiceReach): readonly Outcome[] => (answer === "some" ? ["allowed", "denied"] : [outcome]);

function backendFlow(from: FoundEndpoint, backend: BackendReach, protocol: Flow["protocol"]): readonly AskedFlow[] {
  const { port, verdict: answer, workload, pod } = backend;
  if (port === undefined || answer === undefined) return [];
  const to: Endpoint = { kind: "workload", workload, ...(pod === undefined ? {} : { pod }) };
  const ports = `${protocol} ${String(port)} of ${backendName(backend)}`;
  const flow = { from: from.endpoint, to, protocol, port };
  return [{ flow, from: from.end, to: { ...workloadEnd(workload), name: backendName(backend) }, ports, verdict: answer }];
}

const backendName = ({ workload, pod, isHairpin }: BackendReach): string =>
  `${workloadName(workload)}${pod === undefined ? "" : ` (pod ${pod.name})`}${isHairpin ? " (itself)" : ""}`;

function backendLine(backend: BackendReach): NonNullable<ExplainReport["service"]>["backends"] {
  const { port, outcome, verdict: answer } = backend;
  if (port === undefined || outcome === undefined) return [];
  const reasons = answer === undefined ? {} : { egress: answer.egress, ingress: answer.ingress };
  return [{ workload: backendName(backend), port, outcome, ...reasons }];
}

function remarksOn({ backends, answer }: ServiceReach): readonly string[] {
  const without = backends
    .filter(({ isEndpoint }) => isEndpoint === "no")
    .map(
      (each) =>
        `${backendName(each)} is selected by the Service, but declares no port of the name its \`targetPort\` gives, so it is no endpoint`,
    );
  const byChance = answer === "some" ? ["some endpoints let the flow in and some do not, so that it works by chance"] : [];
  return [...byChance, ...without];
}

/** What would have to be known to decide a flow. */
const openIn = ({ outcome, egress, ingress }: Verdict): readonly Unknown[] =>
  outcome === "undecided" ? [egress, ingress].filter((each) => each.outcome === "undecided").flatMap(({ unknowns }) => unknowns) : [];

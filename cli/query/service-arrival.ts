import {
  ConnectionSet,
  type Door,
  type DoorBackend,
  type Evaluation,
  formatAddress,
  IpSet,
  parseAddress,
  PortSet,
  serviceEntry,
  type Verdict,
} from "../../engine";
import { isUnknown, type Outcome, type Service, type Unknown, unknown, workloadName } from "../../engine/model";
import { connectionsText, type ExplainReport, workloadEnd } from "../../engine/report";
import { distinctUnknowns } from "../../engine/unknowns";
import type { AskedPort } from "./asked-ports";
import type { AskedFlow, FoundEndpoint, FoundService, Moment } from "./explained-moment";

/** How somebody outside the cluster enters through a Service. */
export interface Arrival {
  readonly service: Service;
  readonly to: FoundService;
  readonly door: Door;
  /** Which of the Service's doors it is. */
  readonly place: number;
  readonly client: string;
  readonly asked: AskedPort;
}

/** The door that somebody outside takes to a port of a Service; `undefined` for ends inside, and for Services that nobody enters from outside. */
export function arrivalAt(evaluation: Evaluation, from: FoundEndpoint, to: FoundService, asked: AskedPort): Arrival | undefined {
  const { endpoint } = from;
  if (endpoint.kind !== "address" || isNode(evaluation, endpoint.address)) return undefined;
  const { service, ref } = to;
  const { doors } = serviceEntry(evaluation, ref);
  const balancer = doors.findIndex((each) => each.via === "load balancer" && each.port === asked.port && each.protocol === asked.protocol);
  // Without load balancers, each port of a Service has one door, in the order of the ports.
  const place =
    balancer >= 0 ? balancer : service.ports.findIndex(({ port, protocol }) => port === asked.port && protocol === asked.protocol);
  const door = doors[place];
  return door === undefined ? undefined : { service, to, door, place, client: endpoint.address, asked };
}

const isNode = ({ cluster }: Evaluation, address: string): boolean =>
  cluster.nodes.some(({ addresses }) => addresses.some((each) => IpSet.cidr(each).contains(parseAddress(address))));

/** What one workload behind the door makes of the client. */
interface Answer {
  readonly backend: DoorBackend;
  readonly outcome: Outcome;
  /** Why, for an address that pods may see; absent where they see none. */
  readonly seen?: Pick<AskedFlow, "flow" | "verdict">;
}

/** Explains what becomes of a client outside at every workload behind a Service, by the address that pods see. */
export function arrivalMoment(from: FoundEndpoint, arrival: Arrival): Moment {
  const { door, to, asked } = arrival;
  const answers = isLeftOut(arrival) ? [] : (door.backends ?? []).flatMap((backend) => answerOf(arrival, backend));
  const outcomes = overall(arrival, answers);
  const whole = ConnectionSet.of(asked.protocol, PortSet.of(asked.port));
  const when = (holds: boolean): ConnectionSet => (holds ? whole : ConnectionSet.none);
  return {
    connections: connectionsText({
      certain: when(outcomes.every((each) => each === "allowed")),
      possible: when(outcomes.some((each) => each !== "denied")),
    }),
    flows: answers.flatMap(({ backend, seen }) => flowsOf(from, asked, backend, seen)),
    outcomes,
    unknowns: outcomes.includes("undecided")
      ? distinctUnknowns([...door.unknowns, ...answers.flatMap(({ backend }) => backend.unknowns)])
      : [],
    service: {
      name: to.end.name,
      port: asked.port,
      ...(isLeftOut(arrival) ? { refused: "source-ranges" as const } : {}),
      backends: answers.flatMap(backendLine),
    },
    remarks: [entryText(arrival)],
    arrival,
  };
}

/** Whether the load balancer itself refuses the client. */
export const isLeftOut = ({ door, client }: Arrival): boolean => !door.open.contains(parseAddress(client));

function overall({ door, ...arrival }: Arrival, answers: readonly Answer[]): readonly Outcome[] {
  if (isLeftOut({ door, ...arrival })) return ["denied"];
  if (door.backends === undefined) return ["undecided"];
  const distinct = [...new Set(answers.map(({ outcome }) => outcome))];
  return distinct.length === 0 ? ["denied"] : distinct;
}

function answerOf(arrival: Arrival, backend: DoorBackend): readonly Answer[] {
  const { clients, port, isEndpoint, workload } = backend;
  if (port === undefined || isEndpoint === "no") return [];
  const client = parseAddress(arrival.client);
  const outcome = clients.certain.contains(client) ? "allowed" : clients.possible.contains(client) ? "undecided" : "denied";
  const source = sourceFor(arrival, backend, outcome);
  const first = source?.addresses.first;
  if (source === undefined || first === undefined) return [{ backend, outcome }];
  const address = arrival.door.seenAs === "client" ? arrival.client : formatAddress(first);
  const flow = { from: { kind: "address", address }, to: { kind: "workload", workload }, protocol: arrival.asked.protocol, port } as const;
  return [{ backend, outcome, seen: { flow, verdict: withOutcome(source.verdict, outcome, arrival, backend) } }];
}

/** The address pods see that tells most: one with the answer itself, else one that is not let in. */
function sourceFor({ door, client }: Arrival, { sources }: DoorBackend, outcome: Outcome): DoorBackend["sources"][number] | undefined {
  const own = sources.filter(({ addresses, node }) => node === undefined && addresses.contains(parseAddress(client)));
  const seen = door.seenAs === "client" ? own : sources;
  return seen.find((each) => each.outcome === outcome) ?? seen.find((each) => each.outcome !== "allowed") ?? seen[0];
}

/** The reasons of one address, with the answer for all that pods may see. */
function withOutcome(verdict: Verdict, outcome: Outcome, { door }: Arrival, backend: DoorBackend): Verdict {
  if (verdict.outcome === outcome) return verdict;
  const missing = [...door.unknowns, ...backend.unknowns];
  const unknowns: readonly Unknown[] = missing.length > 0 ? distinctUnknowns(missing) : [unknown("by which node it comes in")];
  return { ...verdict, outcome, ingress: { ...verdict.ingress, outcome, unknowns: outcome === "undecided" ? unknowns : [] } };
}

function flowsOf(
  from: FoundEndpoint,
  { protocol }: AskedPort,
  { workload, port }: DoorBackend,
  seen: Answer["seen"],
): readonly AskedFlow[] {
  if (seen === undefined) return [];
  const to = workloadEnd(workload);
  return [{ ...seen, from: from.end, to, ports: `${protocol} ${String(port)} of ${to.name}` }];
}

function backendLine({ backend: { workload, port }, outcome, seen }: Answer): NonNullable<ExplainReport["service"]>["backends"] {
  if (port === undefined) return [];
  const reasons = seen === undefined ? {} : { egress: seen.verdict.egress, ingress: seen.verdict.ingress };
  return [{ workload: workloadName(workload), port, outcome, ...reasons }];
}

/** How traffic enters, and whose address pods see. */
function entryText({ door: { via, port, seenAs }, service, client }: Arrival): string {
  const number = isUnknown(port) ? " that the API server chooses" : ` ${String(port)}`;
  const entry = via === "node port" ? `node port${number} of any node` : `port${number} of the load balancer`;
  const policy = `\`externalTrafficPolicy: ${service.externalTrafficPolicy}\``;
  const sees = {
    client: `pods see the client's own address (${policy}), unless a load balancer has pods for targets and connects to them itself`,
    node: `pods see the address of a node in place of ${client} (${policy}), so no rule about ${client} decides`,
    either: `whether pods see the address of a node or ${client} depends on an \`externalTrafficPolicy\` that is not known`,
  }[seenAs];
  return `traffic from outside enters through ${entry}: ${sees}`;
}

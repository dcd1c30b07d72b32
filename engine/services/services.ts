import type { Verdict } from "../decision";
import type { Evaluation } from "../evaluation";
import { endsOf, twoReplicas } from "../ends";
import { hasOnePod, mayHaveOnePod } from "../exemption";
import {
  type Endpoint,
  isUnknown,
  type Outcome,
  type Pod,
  type Protocol,
  type Service,
  shown,
  type Unknown,
  unknown,
  type Workload,
} from "../model";
import { familiesOf } from "../matching/pod-groups";
import { type Backend, backendsOf, findPort, findService, type ServiceRef } from "./service-backends";
import { hairpinVerdict } from "./service-hairpin";
import { type Family, parseAddress } from "../sets/ip-set";
import { verdict } from "../verdict";
import { distinctUnknowns } from "../unknowns";

/** What becomes of traffic to a Service, wherever the Service sends it. */
export type ServiceAnswer =
  /** Every endpoint lets it in. */
  | "all"
  /** Some endpoints let it in, some do not: it works by chance. */
  | "some"
  | "none"
  | "no endpoints"
  /** The Service has no such port. */
  | "no port"
  | "undecided";

/** Whether a client reaches a Service, and what happens at each workload behind it. */
export interface ServiceReach {
  readonly service: ServiceRef;
  readonly answer: ServiceAnswer;
  /** The answer as that of a flow: allowed when every endpoint lets it in, denied when none does. */
  readonly outcome: Outcome;
  readonly backends: readonly BackendReach[];
  /** What would have to be known to decide. Empty unless the answer is undecided. */
  readonly unknowns: readonly Unknown[];
}

/** What happens to the traffic of a Service at one workload behind it. */
export interface BackendReach extends Backend {
  /** The one pod that is meant, where the client's own pod is told apart from its replicas. */
  readonly pod?: Pod;
  /** The client's own pod: the Service leads back to it. */
  readonly isHairpin: boolean;
  /** Absent when no traffic can arrive, because the pods have no such port. */
  readonly outcome?: Outcome;
  /** Absent as long as the port on the pods is not known. */
  readonly verdict?: Verdict;
}

/**
 * Whether an end reaches a port of a Service, by its number or its name. Policy is applied after translation, to the pod's address and port.
 * A headless Service translates nothing: a number is then the port on the pods themselves, a name is resolved as its SRV record is.
 *
 * A Service that is not in the cluster is a ModelError.
 */
export function reachService(
  evaluation: Evaluation,
  from: Endpoint,
  ref: ServiceRef,
  port: number | string,
  protocol: Protocol = "TCP",
): ServiceReach {
  const service = findService(evaluation.cluster, ref);
  const question: ServiceQuestion = { evaluation, from, ref, port, protocol };
  if (service.unknownClusterIps === undefined) return reachKnown(question, service, familyOf(service));
  const [first, ...others] = addressesOf(evaluation, service).map(({ isHeadless, family }) =>
    reachKnown(question, { ...service, headless: isHeadless }, family),
  );
  const agreed = others.every(({ answer }) => answer === first?.answer) ? first : undefined;
  return agreed ?? undecided(ref, service.unknownClusterIps);
}

/** What the addresses of a Service may come to when not all of them are known. It gets none of a family that no pod of the cluster has. */
function addressesOf(
  { universe }: Evaluation,
  service: Service,
): readonly { readonly isHeadless: boolean; readonly family: Family | undefined }[] {
  const spoken = universe.groups.all.flatMap(({ addresses }) => addresses.map(({ family }) => family));
  const hasSome = service.clusterIps.length > 0;
  const families = hasSome ? [familyOf(service)] : [...new Set(spoken)];
  const translated = [...families, undefined].map((family) => ({ isHeadless: false, family }));
  return hasSome ? translated : [...translated, { isHeadless: true, family: undefined }];
}

interface ServiceQuestion {
  readonly evaluation: Evaluation;
  readonly from: Endpoint;
  readonly ref: ServiceRef;
  readonly port: number | string;
  readonly protocol: Protocol;
}

/** The answer for a Service of which is known whether it is headless, and the family of its addresses; absent: both, or none that is known. */
function reachKnown(
  { evaluation, from, ref, port, protocol }: ServiceQuestion,
  service: Service,
  family: Family | undefined,
): ServiceReach {
  if (service.unknownType !== undefined) return undecided(ref, service.unknownType);
  if (service.type === "ExternalName") return undecided(ref, unknown(`the name that service ${text(ref)} stands for is resolved outside`));
  const target = targetOf(service, port, protocol);
  if (target === undefined) return { service: ref, answer: "no port", outcome: "denied", backends: [], unknowns: [] };
  if (service.selector === undefined) return undecided(ref, unknown(`the endpoints of service ${text(ref)}: it has no selector`));
  if (isUnknown(target)) return undecided(ref, target);
  const visit: Visit = { evaluation, from, protocol, isHeadless: service.headless, family };
  const backends = (backendsOf(evaluation.cluster, service, target, protocol) ?? [])
    .filter(({ workload }) => hasFamily(evaluation, { kind: "workload", workload }, visit.family))
    .flatMap((backend) => reachBackend(inFamily(visit, backend.workload), backend));
  const answer = combined(backends);
  const unknowns = answer === "undecided" ? distinctUnknowns(backends.flatMap(unknownsOf)) : [];
  return { service: ref, answer, outcome: outcomes[answer], backends, unknowns };
}

const outcomes: Readonly<Record<ServiceAnswer, Outcome>> = {
  all: "allowed",
  some: "undecided",
  none: "denied",
  "no endpoints": "denied",
  "no port": "denied",
  undecided: "undecided",
};

const text = ({ namespace, name }: ServiceRef): string => `${namespace}/${name}`;

const undecided = (service: ServiceRef, because: Unknown): ServiceReach => ({
  service,
  answer: "undecided",
  outcome: "undecided",
  backends: [],
  unknowns: [because],
});

/** What the port leads to on the pods. `undefined`: the Service has no such port. */
function targetOf(service: Service, asked: number | string, protocol: Protocol): number | string | Unknown | undefined {
  if (service.headless && typeof asked === "number") return asked;
  const found = findPort(service, asked, protocol);
  return found === undefined || isUnknown(found) ? found : found.targetPort;
}

/** A client on its way to a Service. */
interface Visit {
  readonly evaluation: Evaluation;
  readonly from: Endpoint;
  readonly protocol: Protocol;
  readonly isHeadless: boolean;
  /** The family of the Service's addresses; absent where it has both, or none that is known. */
  readonly family: Family | undefined;
}

function familyOf({ headless, clusterIps }: Service): Family | undefined {
  const [family, ...others] = new Set(clusterIps.map((address) => parseAddress(address).family));
  return headless || others.length > 0 ? undefined : family;
}

/** Whether an end can speak a family. A pod that cannot is no endpoint of a Service of that family. */
const hasFamily = (evaluation: Evaluation, end: Endpoint, family: Family | undefined): boolean =>
  family === undefined || endsOf(evaluation, end).some(({ group }) => group === undefined || familiesOf(group).includes(family));

/** A Service with addresses of one family leads to pods by that family: readings with the other are out of the question. */
function inFamily(visit: Visit, to: Workload): Visit {
  const { evaluation, from, family } = visit;
  if (!hasFamily(evaluation, from, family) || !hasFamily(evaluation, { kind: "workload", workload: to }, family)) return visit;
  const interpretations = evaluation.interpretations.filter(
    ({ reading }) => family === undefined || reading.family === undefined || reading.family === family,
  );
  return { ...visit, evaluation: { ...evaluation, interpretations } };
}

/** One workload is two backends for a client of its own: its very pod, and the replicas beside it. */
function reachBackend(visit: Visit, backend: Backend): readonly BackendReach[] {
  const { evaluation, from, protocol } = visit;
  const { workload, port } = backend;
  if (port === undefined) return [{ ...backend, isHairpin: false, ...(backend.isEndpoint === "no" ? {} : { outcome: "undecided" }) }];
  const reached = (pod: Pod | undefined): BackendReach => {
    const to: Endpoint = { kind: "workload", workload, ...(pod === undefined ? {} : { pod }) };
    const found = verdict(evaluation, { from, to, protocol, port });
    return { ...backend, ...(pod === undefined ? {} : { pod }), isHairpin: false, outcome: found.outcome, verdict: found };
  };
  if (from.kind === "address" || from.workload !== workload) return [reached(undefined)];
  const { pod } = from;
  const found = hairpin(visit, from, port);
  const itself: BackendReach = {
    ...backend,
    ...(pod === undefined ? {} : { pod }),
    isHairpin: true,
    outcome: found.outcome,
    verdict: found,
  };
  if (pod === undefined && isUnknown(workload.replicas) && mayHaveOnePod(workload))
    return [itself, perhapsBeside(visit, backend, workload.replicas)];
  return [itself, ...replicasBeside(workload, pod).map(reached)];
}

/** The replica beside the client's pod, where nobody says whether there is one. */
function perhapsBeside({ evaluation, protocol }: Visit, { workload, port = 0, unknowns }: Backend, replicas: Unknown): BackendReach {
  const [from, to] = twoReplicas(workload);
  const found = verdict(evaluation, { from, to, protocol, port });
  const because = distinctUnknowns([...unknowns, replicas]);
  return { workload, port, isEndpoint: "maybe", unknowns: because, isHairpin: false, outcome: found.outcome, verdict: found };
}

function hairpin(
  { evaluation, protocol, isHeadless, family }: Visit,
  from: Endpoint & { readonly kind: "workload" },
  port: number,
): Verdict {
  const { pod, workload } = from;
  if (!isHeadless) return hairpinVerdict(evaluation, { ...from, protocol, port, ...(family === undefined ? {} : { family }) });
  // Names of a headless Service lead to the pod's own address, of which policy never speaks.
  const one = { ...from, pod: pod ?? workload.pods?.[0] ?? { name: shown(workload.name), ips: [] } };
  return verdict(evaluation, { from: one, to: one, protocol, port });
}

/** The pods of the workload that are not the client's; `undefined` for those that are not known one by one. */
function replicasBeside(workload: Workload, pod: Pod | undefined): readonly (Pod | undefined)[] {
  if (hasOnePod(workload)) return [];
  if (pod === undefined) return [undefined];
  const { pods = [], replicas } = workload;
  const hasMore = pods.length === 0 || (typeof replicas === "number" && replicas > pods.length);
  return [...pods.filter((each) => each !== pod), ...(hasMore ? [undefined] : [])];
}

/** The answer over all endpoints. Those that may be none can only cast doubt. */
function combined(backends: readonly BackendReach[]): ServiceAnswer {
  const endpoints = backends.filter(({ isEndpoint }) => isEndpoint !== "no");
  if (endpoints.length === 0) return "no endpoints";
  const certain = endpoints.filter(({ isEndpoint }) => isEndpoint === "yes");
  const have = (list: readonly BackendReach[], wanted: Outcome): boolean => list.some(({ outcome }) => outcome === wanted);
  if (have(certain, "allowed") && have(certain, "denied")) return "some";
  if (certain.length === 0 || have(endpoints, "undecided")) return "undecided";
  if (!have(endpoints, "denied")) return "all";
  return have(endpoints, "allowed") ? "undecided" : "none";
}

const unknownsOf = ({ unknowns, verdict }: BackendReach): readonly Unknown[] => [
  ...unknowns,
  ...(verdict === undefined ? [] : [...verdict.egress.unknowns, ...verdict.ingress.unknowns]),
];

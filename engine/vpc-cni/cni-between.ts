import { endsOf, isSelf, type PodEnd } from "../ends";
import { applicable } from "../evaluation";
import { isOwnNode, ownNodeAddresses } from "../exemption";
import type { Interpretation } from "../interpretation";
import { exactly, type Match } from "../matching/pod-index";
import { type Direction, type Endpoint, isUnknown } from "../model";
import type { ConnectionId, ConnectionTable } from "../rows/connection-table";
import { whichever } from "../rows/between";
import type { Ternary } from "../selector";
import { parseAddress } from "../sets/ip-set";
import type { SubjectRows } from "./subject-rows";
import { isSince, releases } from "./versions";

/** One end as the flow names it, with the class of ends that is meant. */
export interface Side {
  readonly endpoint: Endpoint;
  readonly end: PodEnd;
}

/** What one reading says of two concrete ends. */
export interface PairAnswer {
  readonly interpretation: Interpretation;
  readonly from: Side;
  readonly to: Side;
  readonly egress: Match<ConnectionId>;
  readonly ingress: Match<ConnectionId>;
}

/** What may flow between two ends, in every reading that speaks about them. */
export function pairAnswers(rows: SubjectRows, from: Endpoint, to: Endpoint): readonly PairAnswer[] {
  const { evaluation } = rows.ground;
  return sidesOf(rows, from).flatMap((source) =>
    sidesOf(rows, to).flatMap((target) =>
      readingsFor(rows, source, target).map((interpretation) => ({
        interpretation,
        from: source,
        to: target,
        egress: oneEnd(rows, evaluation.table, interpretation, "egress", source, target),
        ingress: oneEnd(rows, evaluation.table, interpretation, "ingress", target, source),
      })),
    ),
  );
}

/** What flows between two ends, as far as it is certain and as far as it is possible. */
export function cniBetween(rows: SubjectRows, from: Endpoint, to: Endpoint): Match<ConnectionId> {
  const { table } = rows.ground.evaluation;
  const self = isSelf(from, to);
  const all = exactly(table.all);
  if (self === "yes") return all;
  const answers = pairAnswers(rows, from, to).map(({ egress, ingress }) => ({
    certain: table.intersect(egress.certain, ingress.certain),
    possible: table.intersect(egress.possible, ingress.possible),
  }));
  return whichever(table, self === "maybe" ? [all, ...answers] : answers);
}

/** The concrete ends an endpoint stands for. */
export const sidesOf = ({ ground }: SubjectRows, endpoint: Endpoint): readonly Side[] =>
  endsOf(ground.evaluation, endpoint).map((end) => ({ endpoint, end }));

/** A cluster has one family; readings of the other are out of the question unless the ends have nothing else. */
function readingsFor({ ground, active }: SubjectRows, from: Side, to: Side): readonly Interpretation[] {
  const all = applicable(ground.evaluation, from.end.group, to.end.group);
  const { ipFamily } = ground.settings;
  if (!active.has("L-32") || isUnknown(ipFamily)) return all;
  const own = all.filter(({ reading: { family } }) => family === undefined || family === ipFamily);
  return own.length > 0 ? own : all;
}

/** What the agent lets through at one end. An address is not subject to policy. */
function oneEnd(
  rows: SubjectRows,
  table: ConnectionTable,
  interpretation: Interpretation,
  direction: Direction,
  { endpoint, end }: Side,
  other: Side,
): Match<ConnectionId> {
  const all = exactly(table.all);
  if (end.group === undefined || endpoint.kind === "address") return all;
  const address = other.endpoint.kind === "address" ? { address: parseAddress(other.endpoint.address) } : {};
  const answer = rows.at(interpretation, endpoint.workload, end.group, direction, { index: other.end.index, ...address });
  const bypass = anyTernary(isOwnNodeOf(rows, direction, { endpoint, end }, other), isUnseen(rows, direction, other));
  return bypass === "yes" ? all : bypass === "maybe" ? whichever(table, [all, answer]) : answer;
}

const anyTernary = (one: Ternary, other: Ternary): Ternary =>
  one === "yes" || other === "yes" ? "yes" : one === "maybe" || other === "maybe" ? "maybe" : "no";

/** Whether the other end is the node the pod runs on: always let in, and by this plugin let out to as well. */
export function isOwnNodeOf(rows: SubjectRows, direction: Direction, pod: Side, other: Side): Ternary {
  if (pod.endpoint.kind === "address" || (direction === "egress" && !leavesToOwnNode(rows))) return "no";
  const { cluster } = rows.ground.evaluation;
  if (other.endpoint.kind === "workload") return isOwnNode(cluster, other.endpoint.workload, other.end.pod, pod.end.pod);
  const { certain, possible } = ownNodeAddresses(cluster, pod.endpoint.workload, pod.end.pod);
  const address = parseAddress(other.endpoint.address);
  return certain.contains(address) ? "yes" : possible.contains(address) ? "maybe" : "no";
}

const leavesToOwnNode = ({ ground, active }: SubjectRows): boolean =>
  active.has("L-33") && isSince(ground.settings, releases.ownNodeAllowed) !== "no";

/** In an IPv6 cluster, pods leave to IPv4 addresses by an interface no program is attached to. */
function isUnseen({ ground, active }: SubjectRows, direction: Direction, { endpoint }: Side): Ternary {
  if (!active.has("L-08") || direction === "ingress" || endpoint.kind === "workload") return "no";
  const { ipFamily, enableV4Egress } = ground.settings;
  if (parseAddress(endpoint.address).family === "IPv6" || ipFamily === "IPv4" || enableV4Egress === false) return "no";
  return isUnknown(ipFamily) || isUnknown(enableV4Egress) ? "maybe" : "yes";
}

import type { ConnectionId, ConnectionTable } from "./connection-table";
import { type End, type EndPair, endPairs, isSelf } from "../ends";
import { applicable, type Evaluation } from "../evaluation";
import type { Interpretation } from "../interpretation";
import type { Direction, Endpoint } from "../model";
import { exactly, type Match } from "../matching/pod-index";

/** The bounds that hold whichever of the answers is the true one. */
export function whichever(table: ConnectionTable, answers: readonly Match<ConnectionId>[]): Match<ConnectionId> {
  return {
    certain: answers.reduce((all, { certain }) => table.intersect(all, certain), table.all),
    possible: answers.reduce((all, { possible }) => table.union(all, possible), table.none),
  };
}

/** What may flow between two ends: egress of the one and ingress of the other, in every interpretation. */
export function between(evaluation: Evaluation, from: Endpoint, to: Endpoint): Match<ConnectionId> {
  const { table } = evaluation;
  if (isSelf(from, to)) return exactly(table.all);
  return whichever(
    table,
    endPairs(evaluation, from, to).flatMap((pair) => betweenEnds(evaluation, pair)),
  );
}

function betweenEnds(evaluation: Evaluation, { from, to, isOwnNode }: EndPair): readonly Match<ConnectionId>[] {
  const { table } = evaluation;
  return applicable(evaluation, from.group, to.group).flatMap((interpretation) => {
    const egress = oneEnd(evaluation, interpretation, from, to, "egress");
    const ingress = oneEnd(evaluation, interpretation, to, from, "ingress");
    const both = {
      certain: table.intersect(egress.certain, ingress.certain),
      possible: table.intersect(egress.possible, ingress.possible),
    };
    return isOwnNode === "no" ? [both] : isOwnNode === "yes" ? [egress] : [egress, both];
  });
}

/** What one end lets through. An address is not subject to policy. */
function oneEnd({ table }: Evaluation, interpretation: Interpretation, end: End, other: End, direction: Direction): Match<ConnectionId> {
  if (end.group === undefined) return exactly(table.all);
  const { certain, possible } = interpretation.row(end.group, direction);
  return { certain: certain.at(other.index), possible: possible.at(other.index) };
}

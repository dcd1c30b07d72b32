import type { ConnectionId, ConnectionTable } from "./connection-table";
import { type End, type EndPair, endPairs, isSelf } from "../ends";
import { applicable, type Evaluation } from "../evaluation";
import type { Interpretation } from "../interpretation";
import type { Direction, Endpoint } from "../model";
import type { PodGroup } from "../matching/pod-groups";
import { exactly, type Match } from "../matching/pod-index";
import type { Row } from "./rows";

/** The bounds that hold whichever of the answers is the true one. */
export function whichever(table: ConnectionTable, answers: readonly Match<ConnectionId>[]): Match<ConnectionId> {
  return {
    certain: answers.reduce((all, { certain }) => table.intersect(all, certain), table.all),
    possible: answers.reduce((all, { possible }) => table.union(all, possible), table.none),
  };
}

/** What one class of pods lets through in one direction. */
export type RowSource = (interpretation: Interpretation, group: PodGroup, direction: Direction) => Row;

const ownRow: RowSource = (interpretation, group, direction) => interpretation.row(group, direction);

/**
 * What may flow between two ends: egress of the one and ingress of the other, in every interpretation.
 *
 * @param rowOf where rows come from. @default those of the interpretations themselves
 */
export function between(evaluation: Evaluation, from: Endpoint, to: Endpoint, rowOf: RowSource = ownRow): Match<ConnectionId> {
  const { table } = evaluation;
  const self = isSelf(from, to);
  const all = exactly(table.all);
  if (self === "yes") return all;
  const answers = endPairs(evaluation, from, to).flatMap((pair) => betweenEnds(evaluation, pair, rowOf));
  return whichever(table, self === "maybe" ? [all, ...answers] : answers);
}

/** What one class of pods lets through in one direction, good for one other class at least. */
export type RowSourceFor = (interpretation: Interpretation, group: PodGroup, direction: Direction, other: PodGroup) => Row;

/**
 * What may flow from one pod group to another, where the sender is no node and the two pods are not one.
 *
 * @param rowOf where rows come from. @default those of the interpretations themselves
 */
export function betweenGroups(evaluation: Evaluation, from: PodGroup, to: PodGroup, rowOf: RowSourceFor = ownRow): Match<ConnectionId> {
  const { table } = evaluation;
  let certain = table.all;
  let possible = table.none;
  for (const interpretation of applicable(evaluation, from, to)) {
    const [sent, entering] = [rowOf(interpretation, from, "egress", to), rowOf(interpretation, to, "ingress", from)];
    const most = table.intersect(sent.possible.at(to.index), entering.possible.at(from.index));
    const isExact = sent.certain === sent.possible && entering.certain === entering.possible;
    certain = table.intersect(certain, isExact ? most : table.intersect(sent.certain.at(to.index), entering.certain.at(from.index)));
    possible = table.union(possible, most);
  }
  return { certain, possible };
}

function betweenEnds(evaluation: Evaluation, { from, to, isOwnNode }: EndPair, rowOf: RowSource): readonly Match<ConnectionId>[] {
  const { table } = evaluation;
  const through = (interpretation: Interpretation, end: End, other: End, direction: Direction): Match<ConnectionId> =>
    end.group === undefined ? exactly(table.all) : toward(rowOf(interpretation, end.group, direction), other);
  return applicable(evaluation, from.group, to.group).flatMap((interpretation) => {
    const egress = through(interpretation, from, to, "egress");
    const ingress = through(interpretation, to, from, "ingress");
    const both = {
      certain: table.intersect(egress.certain, ingress.certain),
      possible: table.intersect(egress.possible, ingress.possible),
    };
    return isOwnNode === "no" ? [both] : isOwnNode === "yes" ? [egress] : [egress, both];
  });
}

/** What a row holds for one end. An end without a row is an address, which is not subject to policy. */
const toward = ({ certain, possible }: Row, { index }: End): Match<ConnectionId> => ({
  certain: certain.at(index),
  possible: possible.at(index),
});

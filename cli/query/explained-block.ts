import { ConnectionSet, type Evaluation, IpSet } from "../../engine";
import { type ExplainedMoment, type ReportConnections, type ReportEnd } from "../../engine/report";
import { distinctUnknowns } from "../../engine/unknowns";
import { refusalText } from "../../outputs/sentences";
import { type BlockMember, blockMembers, cutAt, membersEnd } from "./block-members";
import { parseConnections } from "./connection-text";
import type { AskedPair, EndPair } from "./explained-ends";
import type { Moment } from "./explained-moment";
import { serviceBorders } from "./inside-only";
import type { FoundBlock } from "./named-ends";

/** What was asked about, or a part of a block of addresses: one answer for all of it. */
export interface AnsweredPart {
  /** The question; of a part, about one of its members. */
  readonly pair: EndPair;
  readonly moment: Moment;
  /** Set where an end is a block of addresses. */
  readonly block?: AnsweredMembers;
}

/** Members of a block with one and the same answer. */
export interface AnsweredMembers {
  readonly side: "from" | "to";
  /** What reports call the block. */
  readonly whole: ReportEnd;
  /** What reports call the members: the block where all of it has one answer. */
  readonly end: ReportEnd;
  readonly members: readonly BlockMember[];
  /** What reports call some of them. */
  readonly named: (members: readonly BlockMember[]) => ReportEnd;
}

/** An answer, with the parts it consists of. */
export interface Answered {
  readonly moment: Moment;
  readonly parts: readonly AnsweredPart[];
}

/** Explains what flows from or to a block of addresses: one answer where all of them have the same, for the same reasons; otherwise one for each part. */
export function blockAnswer(evaluation: Evaluation, pair: AskedPair, answer: (pair: EndPair) => Moment): Answered {
  const side = pair.from.kind === "block" ? "from" : "to";
  const block = pair[side] as FoundBlock;
  const set = IpSet.cidr(block.cidr);
  const { members, remarks } = blockMembers(evaluation, set, block.end.name);
  const named = (some: readonly BlockMember[]): ReportEnd => membersEnd(evaluation, set, some);
  const borders = pair.to.kind === "service" ? serviceBorders(evaluation, pair.to) : [];
  const cells = members.flatMap((member) => cutAt(member, borders));
  const groups = groupsOf(cells, (member) => answer(withMember(pair, side, member)));
  const parts = groups.map(({ members: own, moment }): AnsweredPart & { readonly block: AnsweredMembers } => {
    const end = groups.length === 1 ? block.end : named(own);
    return {
      pair: withMember(pair, side, own[0] as BlockMember),
      moment: { ...moment, flows: moment.flows.map((flow) => renamed(flow, side, end, groups.length > 1)) },
      block: { side, whole: block.end, end, members: own, named },
    };
  });
  return { moment: wholeMoment(parts, pair, side, remarks), parts };
}

/** The question about one member of the block. */
export const withMember = (pair: AskedPair, side: "from" | "to", { found }: BlockMember): EndPair =>
  ({ ...pair, [side]: found }) as EndPair;

function wholeMoment(
  parts: readonly (AnsweredPart & { readonly block: AnsweredMembers })[],
  pair: AskedPair,
  side: "from" | "to",
  remarks: readonly string[],
): Moment {
  const [only, ...others] = parts;
  const connections = parts.map(({ block: { end }, moment }) => ({ end, connections: moment.connections }));
  return {
    connections: overall(connections.map((each) => each.connections)),
    ...reachesOf(connections, pair, side),
    flows: parts.flatMap(({ moment }) => moment.flows),
    outcomes: parts.flatMap(({ moment }) => moment.outcomes),
    unknowns: distinctUnknowns(parts.flatMap(({ moment }) => moment.unknowns)),
    ...(only?.moment.service === undefined || others.length > 0 ? {} : { service: only.moment.service }),
    remarks: [
      ...new Set([...remarks, ...(others.length === 0 ? [] : parts.flatMap(refusals)), ...parts.flatMap(({ moment }) => moment.remarks)]),
    ],
  };
}

/** Of one part among others it is said beside the answers, which tell of pods. */
const refusals = ({ block: { end }, moment }: AnsweredPart & { readonly block: AnsweredMembers }): readonly string[] =>
  moment.service?.refused === undefined ? [] : [`from ${end.name}: ${refusalText(moment.service.refused)}`];

interface Group {
  readonly members: BlockMember[];
  readonly moment: Moment;
}

/** The reasons count as well: what is told of a part must hold for all of it. */
function groupsOf(members: readonly BlockMember[], answer: (member: BlockMember) => Moment): readonly Group[] {
  const groups = new Map<string, Group>();
  for (const member of members) {
    const moment = answer(member);
    const { connections, outcomes, service } = moment;
    const flows = moment.flows.map(({ ports, verdict }) => ({ ports, verdict }));
    const key = JSON.stringify([member.owner, connections, outcomes, flows, service]);
    const known = groups.get(key);
    if (known === undefined) groups.set(key, { members: [member], moment });
    else known.members.push(member);
  }
  return [...groups.values()];
}

type AskedFlow = Moment["flows"][number];

/** A flow of one address as that of its part; where there are several parts, its ports say of which. */
function renamed(flow: AskedFlow, side: "from" | "to", end: ReportEnd, isOneOfMany: boolean): AskedFlow {
  const ports = isOneOfMany ? `${flow.ports} ${side} ${end.name}` : flow.ports;
  return side === "to" ? { ...flow, to: end, ports } : { ...flow, from: end, ports };
}

/** What certainly flows with all of them, and what may with any. */
function overall(all: readonly ReportConnections[]): ReportConnections {
  const sets = (bound: keyof ReportConnections): readonly ConnectionSet[] =>
    all.map((each) => parseConnections(each[bound]) ?? ConnectionSet.none);
  return {
    certain: sets("certain")
      .reduce((common, each) => common.intersect(each), ConnectionSet.all)
      .toString(),
    possible: sets("possible")
      .reduce((any, each) => any.union(each), ConnectionSet.none)
      .toString(),
  };
}

/** What may flow with each part, where that differs. */
function reachesOf(
  parts: readonly { readonly end: ReportEnd; readonly connections: ReportConnections }[],
  { from, to }: AskedPair,
  side: "from" | "to",
): Pick<ExplainedMoment, "parts"> {
  const distinct = new Set(parts.map(({ connections }) => JSON.stringify(connections)));
  if (distinct.size < 2) return {};
  const ends = { from: from.end, to: to.end };
  return { parts: parts.map(({ end, connections }) => ({ ...ends, [side]: end, connections })) };
}

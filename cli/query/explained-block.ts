import { ConnectionSet, type Evaluation, IpSet } from "../../engine";
import { type ExplainedMoment, type ReportConnections, type ReportEnd } from "../../engine/report";
import { distinctUnknowns } from "../../engine/unknowns";
import { type BlockMember, blockMembers, membersEnd } from "./block-members";
import { parseConnections } from "./connection-text";
import type { AskedPair, EndPair } from "./explained-ends";
import type { Moment } from "./explained-moment";
import type { FoundBlock } from "./named-ends";

/** Members of a block with one and the same answer. */
interface Part {
  readonly members: BlockMember[];
  readonly answer: Moment;
}

/** Explains what flows from or to a block of addresses: one answer where all of them have the same, for the same reasons; otherwise one for each part. */
export function blockMoment(evaluation: Evaluation, pair: AskedPair, answer: (pair: EndPair) => Moment): Moment {
  const side = pair.from.kind === "block" ? "from" : "to";
  const block = pair[side] as FoundBlock;
  const set = IpSet.cidr(block.cidr);
  const { members, remarks } = blockMembers(evaluation, set, block.end.name);
  const parts = partsOf(members, (member) => answer({ ...pair, [side]: member.found } as EndPair));
  const told = parts.map(({ members: its, answer: moment }) => {
    const end = parts.length === 1 ? block.end : membersEnd(evaluation, set, its);
    return { end, moment, flows: moment.flows.map((flow) => renamed(flow, side, end, parts.length > 1)) };
  });
  const [only, ...others] = told;
  const connections = told.map(({ end, moment }) => ({ end, connections: moment.connections }));
  return {
    connections: overall(connections.map((each) => each.connections)),
    ...reachesOf(connections, pair, side),
    flows: told.flatMap(({ flows }) => flows),
    outcomes: told.flatMap(({ moment }) => moment.outcomes),
    unknowns: distinctUnknowns(told.flatMap(({ moment }) => moment.unknowns)),
    ...(only?.moment.service === undefined || others.length > 0 ? {} : { service: only.moment.service }),
    remarks: [...new Set([...remarks, ...told.flatMap(({ moment }) => moment.remarks), oneAddressSaysMore])],
  };
}

const oneAddressSaysMore =
  "of a block only the answer is given; what would turn it, and what the VPC CNI and the AWS network do, is told of a single address";

/** The reasons count as well: what is told of a part must hold for all of it. */
function partsOf(members: readonly BlockMember[], answer: (member: BlockMember) => Moment): readonly Part[] {
  const parts = new Map<string, Part>();
  for (const member of members) {
    const moment = answer(member);
    const { connections, outcomes, service } = moment;
    const flows = moment.flows.map(({ ports, verdict }) => ({ ports, verdict }));
    const key = JSON.stringify([member.owner, connections, outcomes, flows, service]);
    const known = parts.get(key);
    if (known === undefined) parts.set(key, { members: [member], answer: moment });
    else known.members.push(member);
  }
  return [...parts.values()];
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

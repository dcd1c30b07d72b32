import { type Evaluation, IpSet } from "../../engine";
import { endpointEnd } from "../../engine/report";
import type { WrittenTarget } from "../ends";
import { Failure } from "../failure";
import { podRangeRemarks } from "./block-members";
import type { FoundEndpoint, FoundService } from "./explained-moment";
import { type FoundBlock, type FoundEnd, NamedEnds } from "./named-ends";
import { publicAddress } from "./public-address";

/** A question as it was written. */
export interface Question {
  readonly from: WrittenTarget;
  readonly to: WrittenTarget;
}

/** Both ends in one cluster. */
export interface EndPair {
  readonly from: FoundEndpoint;
  readonly to: FoundEndpoint | FoundService;
}

/** Both ends as they were asked about: one may be a block of addresses. */
export interface AskedPair {
  readonly from: FoundEndpoint | FoundBlock;
  readonly to: FoundEndpoint | FoundService | FoundBlock;
}

/** Whether both ends are single ones. */
export const isSinglePair = (pair: AskedPair): pair is EndPair => pair.from.kind !== "block" && pair.to.kind !== "block";

/** Both ends at each moment at which both are there. */
export interface FoundEnds {
  readonly after?: AskedPair;
  readonly before?: AskedPair;
  readonly remarks: readonly string[];
}

/** Looks both ends up at each moment. Ends that are not there, or that no flow can have, are a Failure. */
export function endsIn(evaluation: Evaluation, before: Evaluation | undefined, { from, to }: Question): FoundEnds {
  const [now, past] = [new NamedEnds(evaluation), before === undefined ? undefined : new NamedEnds(before)];
  const find = ({ end, text }: WrittenTarget): { readonly after?: FoundEnd; readonly before?: FoundEnd } => {
    const after = now.findOptional(end, text);
    const found = after === undefined ? past?.findOptional(end, text) : past?.counterpart(after);
    if (after === undefined && found === undefined) return { after: now.find(end, text) };
    return { ...(after === undefined ? {} : { after }), ...(found === undefined ? {} : { before: found }) };
  };
  const [source, target] = [find(from), find(to)];
  const after = pairOf(evaluation, source.after, target.after, { from, to });
  const earlier = before === undefined ? undefined : pairOf(before, source.before, target.before, { from, to }, after?.pair);
  if (after === undefined && earlier === undefined) {
    throw new Failure(`\`${from.text}\` and \`${to.text}\` are never there at the same time; compare each with others`);
  }
  return {
    ...(after === undefined ? {} : { after: after.pair }),
    ...(earlier === undefined ? {} : { before: earlier.pair }),
    remarks: after?.remarks ?? [],
  };
}

interface ChosenPair {
  readonly pair: AskedPair;
  readonly remarks: readonly string[];
}

/** Two ends a flow can have. The address that stands for the internet is the same at both moments. */
function pairOf(
  evaluation: Evaluation,
  from: FoundEnd | undefined,
  to: FoundEnd | undefined,
  { from: fromText, to: toText }: Question,
  chosen?: AskedPair,
): ChosenPair | undefined {
  if (from === undefined || to === undefined) return undefined;
  if (from.kind === "service") throw new Failure(`\`${fromText.text}\` is a Service, which only receives; name a workload behind it`);
  const [fromOther, toOther] = [endpointOf(from), endpointOf(to)];
  if ([from, to].every((end) => isAddresses(end))) {
    throw new Failure(
      `neither \`${fromText.text}\` nor \`${toText.text}\` is a pod, so that no policy applies; name a workload for one end`,
    );
  }
  const source = from.kind === "internet" ? outside(evaluation, toOther, "ingress", chosen?.from) : { end: from, remarks: [] };
  const target = to.kind === "internet" ? outside(evaluation, fromOther, "egress", chosen?.to) : { end: to, remarks: [] };
  return {
    pair: { from: source.end, to: target.end } as AskedPair,
    remarks: [...source.remarks, ...target.remarks, ...[source.end, target.end].flatMap((end) => addressRemarks(evaluation, end))],
  };
}

const addressRemarks = ({ cluster }: Evaluation, end: FoundEnd): readonly string[] =>
  end.kind === "endpoint" && end.endpoint.kind === "address" ? podRangeRemarks(cluster, IpSet.cidr(end.endpoint.address)) : [];

const isAddresses = (end: FoundEnd): boolean =>
  end.kind === "internet" || end.kind === "block" || (end.kind === "endpoint" && end.endpoint.kind === "address");

const endpointOf = (end: FoundEnd): FoundEndpoint["endpoint"] | undefined => (end.kind === "endpoint" ? end.endpoint : undefined);

function outside(
  evaluation: Evaluation,
  other: FoundEndpoint["endpoint"] | undefined,
  direction: "ingress" | "egress",
  chosen: AskedPair["from" | "to"] | undefined,
): { readonly end: FoundEnd; readonly remarks: readonly string[] } {
  if (chosen !== undefined) return { end: chosen, remarks: [] };
  const { address, others } = publicAddress(evaluation, other, direction);
  const endpoint = { kind: "address", address } as const;
  return { end: { kind: "endpoint", endpoint, end: { ...endpointEnd(endpoint), name: `internet (${address})` } }, remarks: others };
}

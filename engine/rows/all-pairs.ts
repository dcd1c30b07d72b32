import type { Column } from "./columns";
import type { ConnectionTable } from "./connection-table";
import type { Interpretation } from "../interpretation";
import { Listing, type Partition } from "./partition";
import type { PodGroup } from "../matching/pod-groups";
import type { Row } from "./rows";

/** What flows from a group to each group in one interpretation: its egress row met with what each destination lets in. Values at addresses mean nothing. */
export function pairsFrom(interpretation: Interpretation, table: ConnectionTable, source: PodGroup): Row {
  const egress = interpretation.row(source, "egress");
  const possible = meet(table, egress.possible, interpretation.columns("possible").at(source));
  const isExact = egress.certain === egress.possible && interpretation.isIngressExact(source);
  return { possible, certain: isExact ? possible : meet(table, egress.certain, interpretation.columns("certain").at(source)) };
}

/**
 * What one end lets out and the other lets in, for every destination: one walk over three rising lists. Where either end has something for
 * those it lists only, no other destination is looked at.
 */
function meet(table: ConnectionTable, egress: Partition, { base, destinations, values, groups }: Column): Partition {
  const { rest, members: sent, values: sentValues } = egress;
  const { rest: baseRest, members: own, values: ownValues } = base;
  const list = new Listing(sent.length + destinations.length + own.length, table.intersect(rest, baseRest));
  const sendsOnlyAsListed = rest === table.none;
  const entersOnlyAsListed = baseRest === table.none;
  let s = 0;
  let d = 0;
  let o = 0;
  let lastOut = table.none;
  let lastIn = table.none;
  let both = table.none;
  for (;;) {
    if (entersOnlyAsListed) s = firstFrom(sent, s, Math.min(memberAt(destinations, d, groups), memberAt(own, o, groups)));
    const nextSent = memberAt(sent, s, groups);
    if (sendsOnlyAsListed) {
      d = firstFrom(destinations, d, nextSent);
      o = firstFrom(own, o, nextSent);
    }
    const nextEntry = memberAt(destinations, d, groups);
    const nextOwn = memberAt(own, o, groups);
    const to = Math.min(nextSent, nextEntry, nextOwn);
    // Addresses follow the groups.
    if (to >= groups) return list.partition(egress.universe);
    const out = to === nextSent ? (sentValues[s++] as number) : rest;
    const ownIn = to === nextOwn ? (ownValues[o++] as number) : baseRest;
    const enters = to === nextEntry ? (values[d++] as number) : ownIn;
    // Values come in runs.
    if (out !== lastOut || enters !== lastIn) {
      lastOut = out;
      lastIn = enters;
      both = table.intersect(out, enters);
    }
    list.add(to, both);
  }
}

const memberAt = (members: Uint32Array, place: number, end: number): number => (place < members.length ? (members[place] as number) : end);

/** The first place, from one on, whose member is not below another. */
function firstFrom(members: Uint32Array, place: number, member: number): number {
  let at = place;
  while (at < members.length && (members[at] as number) < member) at++;
  return at;
}

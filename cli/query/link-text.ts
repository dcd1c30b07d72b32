import type { Link, ProvenEnd } from "../../engine";
import { workloadName } from "../../engine/model";
import { addressesEnd } from "../../engine/report";

/** An end of a proof, as every report names it. */
export const endText = (end: ProvenEnd): string =>
  end.kind === "workload" ? workloadName(end.workload) : addressesEnd(end.addresses).name;

/** Two ends of a proof and what flows: `shop/web → shop/api TCP 80`. */
export const linkText = ({ from, to, connections }: Link): string => `${endText(from)} → ${endText(to)} ${connections.toString()}`;

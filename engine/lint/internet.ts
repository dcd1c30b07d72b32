import type { Evaluation } from "../evaluation";
import type { Direction } from "../model";
import type { PodGroup } from "../matching/pod-groups";
import type { Row } from "../rows/rows";
import type { ConnectionSet } from "../sets/connection-set";
import { type Family, formatAddress, IpSet, parseAddress } from "../sets/ip-set";
import { outsiders } from "./witness";

/** Addresses that are not routed on the internet (RFC 6890, RFC 5737 and 3849), but for one documentation block that stands for all others. */
const special = [
  ...["0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24", "192.0.2.0/24"],
  ...["192.168.0.0/16", "198.18.0.0/15", "198.51.100.0/24", "224.0.0.0/3", "2001:db8::/32"],
];

/** Every address of the internet: IPv4 without special uses, and the part of IPv6 that is given out (2000::/3). */
export const internet: IpSet = IpSet.unionOf([IpSet.cidr("0.0.0.0/0"), IpSet.cidr("2000::/3")]).subtract(
  IpSet.unionOf(special.map((block) => IpSet.cidr(block))),
);

/** So many public addresses are nobody's alone: a /8 of IPv4, or a /16 of IPv6. */
const wide = { IPv4: 2 ** 24, IPv6: 2 ** 112 };

/** Whether a set holds so much of the internet that no list of partners can be meant. */
export const isInternetAtLarge = (addresses: IpSet): boolean =>
  families.some((family) => sizeOf(addresses.intersect(internet), family) >= wide[family]);

/** What a row exchanges with the internet. */
export interface InternetReach {
  /** A public address with which something is exchanged, and what. */
  readonly address: string;
  readonly connections: ConnectionSet;
}

/** Answers whether rows exchange anything with the internet at large, in one family or in either; kept per evaluation, since many rules ask. */
export class InternetIndex {
  private readonly sizes: Readonly<Record<"IPv4" | "IPv6", Float64Array>>;
  private readonly totals: Readonly<Record<"IPv4" | "IPv6", number>>;
  /** The first class of addresses. */
  private readonly firstAddress: number;
  private readonly answers = new Map<Row, InternetReach | undefined>();

  constructor(
    private readonly evaluation: Evaluation,
    private readonly families: readonly Family[],
  ) {
    const { universe } = evaluation;
    const sizes = { IPv4: new Float64Array(universe.size), IPv6: new Float64Array(universe.size) };
    universe.allAddresses.forEach((index) => {
      const open = universe.addressesOf(index)?.intersect(internet) ?? IpSet.none;
      for (const family of families) sizes[family][index] = sizeOf(open, family);
    });
    this.sizes = sizes;
    this.firstAddress = universe.allAddresses.members()[0] ?? universe.size;
    this.totals = { IPv4: sum(sizes.IPv4), IPv6: sum(sizes.IPv6) };
  }

  /** What certainly flows between a pod group and the internet, when that is so much of it that no list of partners can be meant. */
  reachOf(group: PodGroup, direction: Direction): InternetReach | undefined {
    const rows = this.evaluation.interpretations.map((interpretation) => interpretation.row(group, direction));
    const reaches = rows.map((row) => this.reach(row));
    return reaches.includes(undefined) ? undefined : reaches[0];
  }

  private reach(row: Row): InternetReach | undefined {
    if (this.answers.has(row)) return this.answers.get(row);
    const found = this.families.some((family) => this.reached(row, family) >= wide[family]) ? this.sample(row) : undefined;
    this.answers.set(row, found);
    return found;
  }

  /** How many public addresses something is exchanged with. */
  private reached({ certain }: Row, family: "IPv4" | "IPv6"): number {
    const { none } = this.evaluation.table;
    let count = certain.rest === none ? 0 : this.totals[family];
    // Pods come first in the list, and are not counted: what is wanted stands at its end.
    for (let at = certain.members.length - 1; at >= 0 && (certain.members[at] as number) >= this.firstAddress; at--) {
      const size = this.sizes[family][certain.members[at] as number] ?? 0;
      const isOpen = certain.values[at] !== none;
      if (isOpen !== (certain.rest !== none)) count += isOpen ? size : -size;
    }
    return count;
  }

  /** The usual stranger where the row lets it through, else the first address of the widest block. */
  private sample({ certain }: Row): InternetReach | undefined {
    const { universe, table } = this.evaluation;
    const [first = "IPv4"] = this.families;
    const usual = universe.indexOf(parseAddress(outsiders[first]));
    const open = [...universe.allAddresses.members()].filter((index) => certain.at(index) !== table.none);
    if (open.includes(usual)) return { address: outsiders[first], connections: table.set(certain.at(usual)) };
    const width = (index: number): number =>
      this.families.reduce((all, family) => all + (this.sizes[family][index] ?? 0) / wide[family], 0);
    const widest = open.reduce<number | undefined>(
      (best, index) => (best === undefined || width(index) > width(best) ? index : best),
      undefined,
    );
    const address = widest === undefined ? undefined : this.firstOf(universe.addressesOf(widest));
    return widest === undefined || address === undefined ? undefined : { address, connections: table.set(certain.at(widest)) };
  }

  /** The address after the first of the internet in a set, in a family that counts. */
  private firstOf(addresses: IpSet | undefined): string | undefined {
    const open = addresses?.intersect(internet);
    for (const family of this.families) {
      const [from] = open?.[family].intervals[0] ?? [];
      if (from !== undefined) return formatAddress({ family, value: from + 1n });
    }
    return undefined;
  }
}

const families = ["IPv4", "IPv6"] as const;

const sizeOf = (addresses: IpSet, family: "IPv4" | "IPv6"): number =>
  addresses[family].intervals.reduce((all, [from, to]) => all + Number(to - from + 1n), 0);

const sum = (values: Float64Array): number => values.reduce((all, value) => all + value, 0);

const known = new WeakMap<Evaluation, Map<string, InternetIndex>>();

/** The index of an evaluation, made when first asked for. */
export function internetIndex(evaluation: Evaluation, counted: readonly Family[] = families): InternetIndex {
  const memory = known.get(evaluation) ?? new Map<string, InternetIndex>();
  known.set(evaluation, memory);
  const found = memory.get(counted.join()) ?? new InternetIndex(evaluation, counted);
  memory.set(counted.join(), found);
  return found;
}

import { type AddressConnections, type Evaluation, type Family, formatAddress, IpSet, parseAddress, reachability } from "../../engine";
import { internet } from "../../engine/lint/internet";
import { outsiders } from "../../engine/lint/witness";
import type { Direction, Endpoint } from "../../engine/model";
import { addressesEnd, connectionsText } from "../../engine/report";
import { connectionsText as inWords } from "../../outputs/sentences";

/** One public address that stands for the internet, and what the others get where that differs. */
export interface PublicAddress {
  readonly address: string;
  readonly others: readonly string[];
}

/**
 * The address that stands for the internet towards an end: one of those of which there are most that are treated alike, in the family that
 * pods of the cluster have. Towards anything but a workload, one that nobody has.
 */
export function publicAddress(evaluation: Evaluation, other: Endpoint | undefined, direction: Direction): PublicAddress {
  const own = familiesOf(evaluation, other);
  const stranger = outsiders[own[0] ?? "IPv4"];
  if (other?.kind !== "workload") return { address: stranger, others: [] };
  const entries = reachability(evaluation)
    .withAddresses(other.workload, direction)
    .map((entry) => ({ ...entry, addresses: entry.addresses.intersect(internet) }))
    .filter(({ addresses }) => !addresses.isEmpty)
    .sort((a, b) => compareSizes(b.addresses, a.addresses, own));
  const [most, ...rest] = entries;
  if (most === undefined) return { address: stranger, others: [] };
  return { address: sample(most.addresses, own), others: rest.map(describe) };
}

/** The families that count, first those of the pod or of the ranges that pods get their addresses from; both where the input does not tell. */
function familiesOf({ cluster: { podCidrs = [] } }: Evaluation, other: Endpoint | undefined): readonly Family[] {
  const pods = other?.kind === "workload" ? (other.pod === undefined ? (other.workload.pods ?? []) : [other.pod]) : [];
  const addresses = pods.flatMap(({ ips }) => ips);
  const known = IpSet.unionOf((addresses.length > 0 ? addresses : podCidrs).map((each) => IpSet.cidr(each)));
  const found = families.filter((family) => !known.ofFamily(family).isEmpty);
  return found.length > 0 ? found : families;
}

function describe({ addresses, connections }: AddressConnections): string {
  const whole = families.find((family) => addresses.equals(internet.ofFamily(family)));
  const name = whole === undefined ? `public addresses ${addressesEnd(addresses).name}` : `public ${whole} addresses`;
  return `${name} may use ${inWords(connectionsText(connections))}`;
}

const families = ["IPv4", "IPv6"] as const;

function sample(addresses: IpSet, own: readonly Family[]): string {
  const family = own.find((each) => !addresses.ofFamily(each).isEmpty);
  const among = family === undefined ? addresses : addresses.ofFamily(family);
  const stranger = families.map((each) => outsiders[each]).find((each) => among.contains(parseAddress(each)));
  return stranger ?? formatAddress(among.first ?? { family: "IPv6", value: 0n });
}

/** Most addresses of the first family that counts first; only without any, by the next. */
const compareSizes = (a: IpSet, b: IpSet, own: readonly Family[]): number =>
  [...own, ...families].map((family) => Math.sign(Number(size(a, family) - size(b, family)))).find((order) => order !== 0) ?? 0;

const size = (addresses: IpSet, family: Family): bigint =>
  addresses[family].intervals.reduce((sum, [from, to]) => sum + (to - from + 1n), 0n);

import { type AddressConnections, type Evaluation, type Family, formatAddress, type IpSet, parseAddress, reachability } from "../../engine";
import { internet } from "../../engine/lint/internet";
import { outsider } from "../../engine/lint/witness";
import type { Direction, Endpoint } from "../../engine/model";
import { addressesEnd, connectionsText } from "../../engine/report";
import { connectionsText as inWords } from "../../outputs/sentences";

/** One public address that stands for the internet, and what the others get where that differs. */
export interface PublicAddress {
  readonly address: string;
  readonly others: readonly string[];
}

/**
 * The address that stands for the internet towards an end: one of those of which there are most that are treated alike. Towards anything but
 * a workload, one that nobody has.
 */
export function publicAddress(evaluation: Evaluation, other: Endpoint | undefined, direction: Direction): PublicAddress {
  if (other?.kind !== "workload") return { address: outsider, others: [] };
  const entries = reachability(evaluation)
    .withAddresses(other.workload, direction)
    .map((entry) => ({ ...entry, addresses: entry.addresses.intersect(internet) }))
    .filter(({ addresses }) => !addresses.isEmpty)
    .sort((a, b) => compareSizes(b.addresses, a.addresses));
  const [most, ...rest] = entries;
  if (most === undefined) return { address: outsider, others: [] };
  return { address: sample(most.addresses), others: rest.map(describe) };
}

function describe({ addresses, connections }: AddressConnections): string {
  const whole = families.find((family) => addresses.equals(internet.ofFamily(family)));
  const name = whole === undefined ? `public addresses ${addressesEnd(addresses).name}` : `public ${whole} addresses`;
  return `${name} may use ${inWords(connectionsText(connections))}`;
}

const families = ["IPv4", "IPv6"] as const;

function sample(addresses: IpSet): string {
  if (addresses.contains(parseAddress(outsider))) return outsider;
  return formatAddress(addresses.first ?? { family: "IPv6", value: 0n });
}

/** Most IPv4 addresses first; only without any, by IPv6. */
const compareSizes = (a: IpSet, b: IpSet): number =>
  Number(size(a, "IPv4") - size(b, "IPv4")) || (size(a, "IPv6") > size(b, "IPv6") ? 1 : -1);

const size = (addresses: IpSet, family: Family): bigint =>
  addresses[family].intervals.reduce((sum, [from, to]) => sum + (to - from + 1n), 0n);

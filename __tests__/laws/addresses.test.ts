import fc from "fast-check";
import { Address4, Address6 } from "ip-address";
import { type Address, type Family, formatAddress, IpSet, parseAddress } from "../../engine";
import { AddressRanges } from "../../engine/matching/address-ranges";
import type { Cluster } from "../../engine/model";
import { Vocabulary } from "../../engine/matching/policy-vocabulary";
import { Universe } from "../../engine/matching/universe";
import { anyCluster } from "../arbitraries/cluster";
import { cluster, ipBlock, rule } from "../builders";
import { type Drawn, setLaws, subsetLaws } from "./set-laws";

const families = ["IPv4", "IPv6"] as const;
const width = { IPv4: 32, IPv6: 128 } as const;
const last = (family: Family): bigint => 2n ** BigInt(width[family]) - 1n;

/** Addresses close together and at both ends, so that blocks touch and contain each other. */
const anyValue = (family: Family): fc.Arbitrary<bigint> =>
  fc.oneof(fc.bigInt(0n, 20n), fc.bigInt(last(family) - 20n, last(family)), fc.bigInt(0n, last(family)));

const anyAddress: fc.Arbitrary<Address> = fc
  .constantFrom(...families)
  .chain((family) => anyValue(family).map((value) => ({ family, value })));

const anyCidr = anyAddress.chain((address) =>
  fc
    .oneof(fc.integer({ min: width[address.family] - 5, max: width[address.family] }), fc.integer({ min: 0, max: width[address.family] }))
    .map((prefix) => ({ address, prefix, text: `${formatAddress(address)}/${prefix}` })),
);

const anyIpSet = fc
  .array(anyCidr, { maxLength: 4 })
  .map((blocks) => blocks.reduce((all, { text }) => all.union(IpSet.cidr(text)), IpSet.none));

const draw: fc.Arbitrary<Drawn<IpSet>> = fc.record({
  none: fc.constant(IpSet.none),
  all: fc.constant(IpSet.all),
  a: anyIpSet,
  b: anyIpSet,
  c: anyIpSet,
});

const probes = (sets: readonly IpSet[]): readonly Address[] =>
  families.flatMap((family) => {
    const edges = sets.flatMap((set) => set[family].intervals.flatMap(([from, to]) => [from - 1n, from, to, to + 1n]));
    return [...new Set([0n, last(family), ...edges])]
      .filter((value) => value >= 0n && value <= last(family))
      .map((value) => ({ family, value }));
  });

describe("address sets", () => {
  setLaws({ draw, has: (set, address: Address) => set.contains(address), probes, text: String, form: (set) => set });
  subsetLaws(draw);

  test("families never mix: a set is its two halves, which have nothing in common, and no half has an address of the other", () => {
    fc.assert(
      fc.property(anyIpSet, anyAddress, (set, { value }) => {
        const [four, six] = [set.ofFamily("IPv4"), set.ofFamily("IPv6")];
        expect([four.union(six).equals(set), four.intersect(six).isEmpty]).toEqual([true, true]);
        expect([four.contains({ family: "IPv6", value }), six.contains({ family: "IPv4", value })]).toEqual([false, false]);
      }),
    );
  });

  test("everything of one family is not everything", () => {
    expect([IpSet.cidr("0.0.0.0/0").isAll, IpSet.cidr("::/0").isAll, IpSet.cidr("0.0.0.0/0").union(IpSet.cidr("::/0")).isAll]).toEqual([
      false,
      false,
      true,
    ]);
  });
});

/** The number that an address is, in the family it is written in. */
const valueOf = (text: string): bigint => (text.includes(":") ? new Address6(text) : new Address4(text)).bigInt();

describe("the text of addresses and blocks", () => {
  test("what is printed reads as what it was, in its family", () => {
    fc.assert(
      fc.property(anyAddress, (address) => {
        expect(parseAddress(formatAddress(address))).toEqual(address);
      }),
    );
  });

  test("what is read prints the one usual way, whatever way it was written", () => {
    fc.assert(
      fc.property(anyAddress, (address) => {
        const usual = formatAddress(address);
        const groups = [...address.value.toString(16).padStart(32, "0").matchAll(/.{4}/g)].map(([group]) => group);
        const written = address.family === "IPv4" ? [usual] : [groups.join(":"), groups.join(":").toUpperCase()];
        expect(written.map((text) => formatAddress(parseAddress(text)))).toEqual(written.map(() => usual));
      }),
    );
  });

  test("a block has the addresses that share its prefix, and host bits make no difference", () => {
    fc.assert(
      fc.property(anyCidr, anyAddress, ({ address, prefix, text }, other) => {
        const hostBits = BigInt(width[address.family] - prefix);
        const block = IpSet.cidr(text);
        expect(block[address.family].intervals).toEqual([[(address.value >> hostBits) << hostBits, address.value | (2n ** hostBits - 1n)]]);
        expect(block.contains(other)).toBe(other.family === address.family && other.value >> hostBits === address.value >> hostBits);
      }),
    );
  });

  test("the text of a set reads as the set", () => {
    fc.assert(
      fc.property(anyIpSet, (set) => {
        const parts = set.toString() === "" ? [] : set.toString().split(",");
        const read = parts.map((part) => {
          const [from = "", to = from] = part.split("-");
          return IpSet.range(from.includes(":") ? "IPv6" : "IPv4", valueOf(from), valueOf(to));
        });
        expect(read.reduce((all, one) => all.union(one), IpSet.none)).toEqual(set);
      }),
      // A range may end where IPv4 is written inside IPv6, which as an address of its own is IPv4.
      { examples: [[IpSet.cidr("::/80")]] },
    );
  });

  test.each([
    ["010.0.0.1", "octal to some"],
    ["10.0.0.08", "octal to some, nothing to others"],
    ["0x0a.0.0.1", "hexadecimal"],
    ["10.0.0", "three parts"],
    ["10.0.0.1.2", "five parts"],
    ["167772161", "one number"],
    ["10.0.0.256", "a part too large"],
    ["-1.0.0.0", "a sign"],
    ["1e1.0.0.0", "an exponent"],
    [" 10.0.0.1", "a space before"],
    ["10.0.0.1\n", "a line end"],
    ["٣.0.0.0", "digits of another script"],
    ["", "nothing"],
    ["10.0.0.0/33", "a prefix too long"],
    ["10.0.0.0/", "no prefix"],
    ["10.0.0.0/-1", "a prefix below zero"],
    ["10.0.0.0/+8", "a sign"],
    ["10.0.0.0/255.0.0.0", "a mask"],
    ["10.0.0.1-10.0.0.2", "a range"],
    ["::/129", "a prefix too long"],
    ["1::2::3", "two gaps"],
    ["12345::", "a group too long"],
    ["[::1]", "brackets"],
    ["fe80::1%eth0", "the name of an interface"],
    ["::ffff:010.2.3.4", "octal to some, inside"],
    ["10.0.0.0/08", "a prefix with a leading zero"],
    ["10.0.0.0/00", "a prefix with leading zeros only"],
    ["2001:db8::/032", "a prefix with a leading zero"],
  ])("%j is refused: %s", (text) => {
    expect(() => IpSet.cidr(text)).toThrow(RangeError);
    expect(() => parseAddress(text)).toThrow(RangeError);
  });

  // What Go's net.ParseCIDR and IPNet.Contains make of them.
  test.each([
    ["::ffff:1.2.3.4", "1.2.3.4"],
    ["::FFFF:102:304", "1.2.3.4"],
    ["::ffff:1.2.3.4/128", "1.2.3.4"],
    ["::ffff:10.0.0.0/104", "10.0.0.0/8"],
    ["::ffff:10.1.2.3/112", "10.1.0.0/16"],
    ["::ffff:0:0/96", "0.0.0.0/0"],
  ])("IPv4 inside IPv6 is IPv4: %s is %s", (inside, plain) => {
    expect(IpSet.cidr(inside)).toEqual(IpSet.cidr(plain));
  });

  test.each(["::/0", "::ffff:0:0/95", "::ffff:0.0.0.0/80", "::fffe:1.2.3.4", "::1.2.3.4", "64:ff9b::1.2.3.4"])(
    "IPv6 that reaches beyond the place of IPv4, or lies elsewhere, holds no IPv4: %s",
    (text) => {
      expect(IpSet.cidr(text).IPv4.isEmpty).toBe(true);
      expect(IpSet.cidr(text).IPv6.isEmpty).toBe(false);
    },
  );

  test("an address of IPv4 inside IPv6 is one of IPv4", () => {
    expect(parseAddress("::ffff:10.0.0.1")).toEqual(parseAddress("10.0.0.1"));
    expect(IpSet.cidr("10.0.0.0/8").contains(parseAddress("::ffff:10.0.0.1"))).toBe(true);
    expect(IpSet.cidr("::/0").contains(parseAddress("::ffff:10.0.0.1"))).toBe(false);
  });

  test("a block of several addresses is not one address", () => {
    expect(() => parseAddress("10.0.0.0/24")).toThrow("`10.0.0.0/24` is a range of addresses, not one");
  });
});

describe("ranges of addresses that no policy tells apart", () => {
  const withBlocks = (cidrs: readonly string[]): Cluster =>
    cluster()
      .namespace("x")
      .policy("p", { ingress: [rule({ peers: cidrs.map((cidr) => ipBlock(cidr)) })] })
      .build();
  const drawBlocks = fc.array(anyCidr, { maxLength: 5 }).map((blocks) => blocks.map(({ text }) => text));

  test("are all addresses, each in one", () => {
    fc.assert(
      fc.property(drawBlocks, anyAddress, (cidrs, address) => {
        const ranges = new AddressRanges(new Vocabulary(withBlocks(cidrs)));
        const each = Array.from({ length: ranges.count }, (_, number) => ranges.addresses(number));
        expect(each.reduce((all, one) => all.union(one), IpSet.none).isAll).toBe(true);
        expect(each.flatMap((one, number) => (one.contains(address) ? [number] : []))).toEqual([ranges.of(address)]);
      }),
    );
  });

  test("make up every block exactly", () => {
    fc.assert(
      fc.property(drawBlocks, (cidrs) => {
        const ranges = new AddressRanges(new Vocabulary(withBlocks(cidrs)));
        for (const cidr of cidrs) {
          const within = ranges.within(IpSet.cidr(cidr)).map((number) => ranges.addresses(number));
          expect(within.reduce((all, one) => all.union(one), IpSet.none)).toEqual(IpSet.cidr(cidr));
        }
      }),
    );
  });
});

describe("the universe of ends", () => {
  test("is pods and addresses, each end in one class", () => {
    fc.assert(
      fc.property(anyCluster({ tiers: true, hostNetwork: true }), (drawn) => {
        const universe = new Universe(drawn);
        const ends = universe.allPods.union(universe.allAddresses);
        expect(universe.allPods.size).toBe(universe.groups.all.length);
        // The places that are left are free, for pods that come later.
        for (const place of universe.all.subtract(ends).members()) {
          expect([universe.groups.all[place], universe.addressesOf(place)]).toEqual([undefined, undefined]);
        }
        expect(universe.allPods.intersects(universe.allAddresses)).toBe(false);
        for (const workload of drawn.workloads) {
          const groups = universe.groups.ofWorkload(workload);
          expect(groups.every(({ index }) => universe.allPods.has(index))).toBe(true);
          expect((workload.pods ?? []).every((pod) => groups.includes(universe.groups.ofPod(workload, pod)))).toBe(true);
        }
      }),
    );
  });

  test("knows the addresses of a class, and the class of an address", () => {
    fc.assert(
      fc.property(anyCluster({ tiers: true }), anyAddress, (drawn, address) => {
        const universe = new Universe(drawn);
        expect(universe.addressesOf(universe.indexOf(address))?.contains(address)).toBe(true);
        const known = [...universe.all.members()].filter((index) => universe.addressesOf(index) !== undefined);
        expect(known).toEqual([...universe.allAddresses.members()]);
      }),
    );
  });
});

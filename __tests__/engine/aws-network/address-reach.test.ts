import fc from "fast-check";
import { ConnectionSet, IpSet, parseAddress, PortSet } from "../../../engine";
import { AddressReach } from "../../../engine/aws-network/address-reach";
import { protocols } from "../../../engine/model";
import { check } from "../../property-runs";

/** Blocks that nest, touch and miss each other, of both families. */
const blocks = [
  "0.0.0.0/0",
  "10.0.0.0/8",
  "10.0.0.0/16",
  "10.0.1.0/24",
  "10.0.1.7/32",
  "11.0.0.0/8",
  "::/0",
  "2001:db8::/32",
  "2001:db8:1::/48",
];
/** Addresses at and beside their borders. */
const addresses = [
  "10.0.0.0",
  "10.0.1.6",
  "10.0.1.7",
  "10.0.1.255",
  "10.0.255.255",
  "10.255.0.1",
  "11.0.0.0",
  "12.0.0.1",
  "2001:db8::1",
  "2001:db8:1::",
  "2002::1",
];
const ports = [1, 79, 80, 81, 443, 1023, 1024, 65_535];

const range = fc
  .tuple(fc.constantFrom(...ports), fc.constantFrom(...ports))
  .map(([a, b]) => ({ from: Math.min(a, b), to: Math.max(a, b) }));

describe("relations between addresses and connections", () => {
  const entry = fc
    .tuple(fc.constantFrom(...blocks), range, fc.constantFrom(...protocols))
    .map(([block, { from, to }, protocol]) => AddressReach.of(IpSet.cidr(block), ConnectionSet.of(protocol, PortSet.of(from, to))));
  const reach = fc.array(entry, { maxLength: 4 }).map((all) => all.reduce((sum, each) => sum.union(each), AddressReach.none));

  test("combine address by address, and say what holds for every address of a block and for some", () => {
    check(
      "address reach",
      150,
      fc.property(reach, reach, fc.constantFrom(...blocks), (a, b, block) => {
        for (const text of addresses) {
          const address = parseAddress(text);
          const [x, y] = [a.at(address), b.at(address)];
          expect(a.union(b).at(address).equals(x.union(y))).toBe(true);
          expect(a.intersect(b).at(address).equals(x.intersect(y))).toBe(true);
          expect(a.subtract(b).at(address).equals(x.subtract(y))).toBe(true);
          if (!IpSet.cidr(block).contains(address)) continue;
          expect(a.everywhere(IpSet.cidr(block)).isSubsetOf(x)).toBe(true);
          expect(x.isSubsetOf(a.somewhere(IpSet.cidr(block)))).toBe(true);
        }
        const covered = a.entries.map((each) => each.addresses);
        expect(covered.every((one, at) => covered.every((other, index) => at === index || one.intersect(other).isEmpty))).toBe(true);
      }),
    );
  });

  test("hold for every address of a block exactly what its least open address may", () => {
    const all = AddressReach.of(IpSet.cidr("10.0.0.0/9"), ConnectionSet.all).union(
      AddressReach.of(IpSet.cidr("10.128.0.0/9"), ConnectionSet.of("TCP", PortSet.of(80))),
    );
    expect(all.everywhere(IpSet.cidr("10.0.0.0/8")).toString()).toBe("TCP 80");
    expect(all.somewhere(IpSet.cidr("10.0.0.0/8")).isAll).toBe(true);
    expect(all.everywhere(IpSet.cidr("10.0.0.0/7")).isEmpty).toBe(true);
    expect(all.addressesAt("UDP", 1).toString()).toBe("10.0.0.0-10.127.255.255");
  });
});

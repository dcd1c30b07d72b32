import fc from "fast-check";
import { parseTarget, workloadKindOf, type WrittenTarget } from "../../cli/ends";
import { Failure } from "../../cli/failure";
import { formatAddress } from "../../engine";
import { protocols } from "../../engine/model";
import { check } from "../property-runs";

const label = fc.stringMatching(/^[a-z]([a-z0-9-]{0,8}[a-z0-9])?$/);
const address = fc.oneof(
  fc.bigInt(0n, 2n ** 32n - 1n).map((value) => formatAddress({ family: "IPv4", value })),
  // Above the block that stands for IPv4.
  fc.bigInt(2n ** 64n, 2n ** 128n - 1n).map((value) => formatAddress({ family: "IPv6", value })),
);
const end = fc.oneof(
  fc
    .array(
      label.filter((each) => !/^(?:svc|services?|internet)$/.test(each)),
      { minLength: 1, maxLength: 3 },
    )
    .map((parts) => ({ text: parts.join("/"), end: { kind: "workload", parts } })),
  address.map((each) => ({ text: each.includes(":") ? `[${each}]` : each, end: { kind: "address", address: each } })),
  fc.tuple(label, label).map(([namespace, name]) => ({ text: `svc/${namespace}/${name}`, end: { kind: "service", namespace, name } })),
  fc
    .tuple(label, label)
    .map(([namespace, name]) => ({ text: `${name}.${namespace}.svc.cluster.local`, end: { kind: "service", namespace, name } })),
  fc.constant({ text: "internet", end: { kind: "internet" } }),
);
const port = fc.oneof(fc.integer({ min: 1, max: 65535 }), fc.constantFrom("http", "dns-tcp", "8080-tcp", "a"));

test("what is written as an end, a port and a protocol is read as them", () => {
  check(
    "ends",
    400,
    fc.property(end, fc.option(port), fc.option(fc.constantFrom(...protocols)), fc.boolean(), (written, number, protocol, isLower) => {
      const behind = protocol === null ? "" : `/${isLower ? protocol.toLowerCase() : protocol}`;
      const found = parseTarget(number === null ? written.text : `${written.text}:${String(number)}${behind}`);
      expect(found.end).toEqual(written.end);
      expect(found.port).toEqual(number === null ? undefined : { port: number, ...(protocol === null ? {} : { protocol }) });
    }),
  );
});

test("any text is an end or a Failure that quotes it, never another error", () => {
  check(
    "any text",
    400,
    fc.property(fc.oneof(fc.string(), fc.stringMatching(/^[a-z0-9.:/[\]]{0,12}$/)), (text) => {
      const found = attempt(text);
      if (found instanceof Error) expect(found).toBeInstanceOf(Failure);
      else expect(text).toContain(found.text);
    }),
  );
});

function attempt(text: string): WrittenTarget | Error {
  try {
    return parseTarget(text);
  } catch (error) {
    return error as Error;
  }
}

test.each([
  ["an IPv6 address without brackets has no port", "2001:db8::1", { kind: "address", address: "2001:db8::1" }],
  ["an address is written the shortest way", "[2001:0db8:0:0::1]", { kind: "address", address: "2001:db8::1" }],
  ["IPv4 inside IPv6 is IPv4", "::ffff:10.0.0.1", { kind: "address", address: "10.0.0.1" }],
  ["a block of addresses", "10.0.0.0/8", { kind: "block", cidr: "10.0.0.0/8" }],
  ["a Service without its namespace", "svc/web", { kind: "service", name: "web" }],
  ["a short DNS name", "web.shop.svc", { kind: "service", namespace: "shop", name: "web" }],
  ["a name with dots", "web.v1", { kind: "workload", parts: ["web.v1"] }],
])("%s", (_, text, expected) => {
  expect(parseTarget(text)).toEqual({ end: expected, text: text.replace(/^\[|\]$/g, "") });
});

test.each([
  ["", "`` names no end"],
  ["a/b/c/d", "`a/b/c/d` names no end"],
  ["shop//web", "`shop//web` names no end"],
  ["shop/web:", "`:` is no port"],
  ["shop/web:0", "`:0` is no port"],
  ["shop/web:65536", "`:65536` is no port"],
  ["shop/web:80/ICMP", "`:80/ICMP` is no port"],
  ["shop/web:80/TCP/x", "`:80/TCP/x` is no port"],
  ["shop/web:80-90", "`:80-90` is no port"],
  ["shop/web:Http", "`:Http` is no port"],
  ["10.0.0.300", "`10.0.0.300` is not an address"],
  ["010.0.0.1", "`010.0.0.1` is not an address"],
  ["[2001:db8::g]:80", "`2001:db8::g` is not an address"],
  ["10.0.0.0/33", "`10.0.0.0/33` is not an address or CIDR block"],
])("`%s` is refused", (text, message) => {
  expect(() => parseTarget(text)).toThrow(Failure);
  expect(() => parseTarget(text)).toThrow(message);
});

test("kinds are called what kubectl calls them", () => {
  expect(["Deployment", "deploy", "deployments", "STS", "po", "cj", "node"].map(workloadKindOf)).toEqual([
    "Deployment",
    "Deployment",
    "Deployment",
    "StatefulSet",
    "Pod",
    "CronJob",
    undefined,
  ]);
});

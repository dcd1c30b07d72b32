/** Parts of addresses that the AWS network treats as one. */
import fc from "fast-check";
import { ConnectionSet, formatAddress, IpSet } from "../../../engine";
import { alikeAddresses, type AwsNetwork, layersOf } from "../../../engine/aws-network";
import type { Endpoint, Workload } from "../../../engine/model";
import { check } from "../../property-runs";
import { type Configuration, smallNetwork, stackNetwork } from "./networks";

const pod: Workload = { kind: "Deployment", namespace: "shop", name: "web", labels: {}, ports: [], hostNetwork: false };
const node: Workload = { ...pod, hostNetwork: true };

/** What each layer does, without the words for the address itself. */
function told(network: AwsNetwork, workload: Workload, address: string, isSource: boolean): readonly string[] {
  const [here, there]: readonly Endpoint[] = [
    { kind: "workload", workload },
    { kind: "address", address },
  ];
  const [from, to] = (isSource ? [here, there] : [there, here]) as [Endpoint, Endpoint];
  return layersOf(network, { from, to, connections: ConnectionSet.all }).map(
    ({ layer, outcome, connections }) => `${layer} ${outcome} ${connections.toString()}`,
  );
}

const boundsOf = (set: IpSet): readonly string[] =>
  (["IPv4", "IPv6"] as const).flatMap((family) => set[family].intervals.flat().map((value) => formatAddress({ family, value })));

/** Every part has one answer, and together they are what was asked about. */
function hold(network: AwsNetwork, asked: IpSet): number {
  const parts = alikeAddresses(network, asked);
  expect(IpSet.unionOf(parts).equals(asked)).toBe(true);
  for (const [n, part] of parts.entries()) {
    for (const other of parts.slice(n + 1)) expect(part.intersect(other).isEmpty).toBe(true);
    for (const workload of [pod, node]) {
      for (const isSource of [true, false]) {
        const answers = boundsOf(part).map((each) => JSON.stringify(told(network, workload, each, isSource)));
        expect(new Set(answers).size).toBe(1);
      }
    }
  }
  return parts.length;
}

const blocks = ["10.0.0.0/20", "10.0.8.0/24", "10.0.16.0/24", "10.1.0.0/16", "192.168.0.0/16", "203.0.113.0/25", "0.0.0.0/0"];
const block = fc.constantFrom(...blocks);
const aclRule = fc.record({
  rule_no: fc.integer({ min: 1, max: 999 }),
  action: fc.constantFrom("allow", "deny"),
  protocol: fc.constant("-1"),
  cidr_block: block,
  from_port: fc.constant(0),
  to_port: fc.constant(0),
});
const anyNetwork = fc
  .record({
    acl: fc.uniqueArray(aclRule, { maxLength: 4, selector: ({ rule_no }) => rule_no }),
    opened: fc.array(block, { maxLength: 3 }),
    routed: fc.uniqueArray(block, { maxLength: 2 }),
  })
  .map(({ acl, opened, routed }): Configuration => ({
    aws_network_acl: { a: { vpc_id: "${aws_vpc.main.id}", subnet_ids: ["${aws_subnet.a.id}"], ingress: acl, egress: acl } },
    aws_vpc_security_group_ingress_rule: Object.fromEntries(
      opened.map((cidr_ipv4, n) => [
        `in${String(n)}`,
        { security_group_id: "${aws_security_group.nodes.id}", cidr_ipv4, ip_protocol: "tcp", from_port: n, to_port: 100 },
      ]),
    ),
    aws_internet_gateway: { out: { vpc_id: "${aws_vpc.main.id}" } },
    aws_route_table: {
      a: {
        vpc_id: "${aws_vpc.main.id}",
        route: routed.map((cidr_block) => ({ cidr_block, gateway_id: "${aws_internet_gateway.out.id}" })),
      },
    },
    aws_route_table_association: { a: { subnet_id: "${aws_subnet.a.id}", route_table_id: "${aws_route_table.a.id}" } },
  }));

test("have one answer each, in random networks", () => {
  const property = fc.property(anyNetwork, fc.constantFrom("10.0.0.0/8", "0.0.0.0/0", "10.0.8.0/22"), (more, asked) => {
    hold(smallNetwork(more), IpSet.cidr(asked));
  });
  check("addresses that a network treats alike", 40, property);
});

test("have one answer each in our own stacks, in both families", () => {
  expect(hold(stackNetwork(), IpSet.all)).toBeGreaterThan(4);
});

test("of a subnet with an open network ACL are one", () => {
  expect(alikeAddresses(smallNetwork(), IpSet.cidr("10.0.1.0/24")).map(String)).toEqual(["10.0.1.0-10.0.1.255"]);
});

import fc from "fast-check";
import { type Address, ConnectionSet, IpSet, parseAddress, PortSet } from "../../../engine";
import { groupCheck } from "../../../engine/aws-network/checks";
import { aclReach, denyingRule, networkAcls } from "../../../engine/aws-network/network-acls";
import { ResourceIndex } from "../../../engine/aws-network/resource-index";
import { securityGroups } from "../../../engine/aws-network/security-groups";
import { protocols } from "../../../engine/model";
import { check } from "../../property-runs";
import { resourcesOf } from "./networks";

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

/** Reading an address costs more than all that is done with it here. */
const known = new Map(addresses.map((text) => [text, parseAddress(text)]));
const parsed = (text: string): Address => known.get(text) ?? parseAddress(text);

interface WrittenRule {
  readonly block: string;
  readonly protocol: string;
  readonly from: number;
  readonly to: number;
}

const range = fc
  .tuple(fc.constantFrom(...ports), fc.constantFrom(...ports))
  .map(([a, b]) => ({ from: Math.min(a, b), to: Math.max(a, b) }));
const written = fc
  .record({ block: fc.constantFrom(...blocks), protocol: fc.constantFrom("-1", "tcp", "17", "132", "1") })
  .chain((rule) => range.map((ends) => ({ ...rule, ...ends })));

/** What the words of one rule say, with nothing but comparisons. */
function isMatch(rule: WrittenRule, address: string, protocol: string, port: number): boolean {
  if (!IpSet.cidr(rule.block).contains(parsed(address))) return false;
  if (rule.protocol === "-1") return true;
  if (rule.protocol === "132") return protocol === "SCTP";
  const name = { tcp: "TCP", "17": "UDP" }[rule.protocol];
  return name === protocol && rule.from <= port && port <= rule.to;
}

const probes = addresses.flatMap((address) => protocols.flatMap((protocol) => ports.map((port) => ({ address, protocol, port }))));
const familyOf = (block: string, v4: string, v6: string): Record<string, string> => ({ [block.includes(":") ? v6 : v4]: block });

describe("network ACLs", () => {
  const entries = fc.uniqueArray(
    written.chain((rule) =>
      fc
        .record({ number: fc.integer({ min: 1, max: 200 }), action: fc.constantFrom("allow", "deny"), inline: fc.boolean() })
        .map((rest) => ({ ...rule, ...rest })),
    ),
    { selector: ({ number }) => number, maxLength: 7 },
  );
  type Entry = typeof entries extends fc.Arbitrary<readonly (infer T)[]> ? T : never;

  function aclOf(rules: readonly Entry[]): ReturnType<typeof networkAcls> extends ReadonlyMap<unknown, infer T> ? T : never {
    const apart = rules
      .filter(({ inline }) => !inline)
      .map(
        ({ number, action, block, protocol, from, to }) =>
          [
            `r${String(number)}`,
            {
              network_acl_id: "${aws_network_acl.a.id}",
              rule_number: number,
              rule_action: action,
              egress: false,
              protocol,
              from_port: from,
              to_port: to,
              ...familyOf(block, "cidr_block", "ipv6_cidr_block"),
            },
          ] as const,
      );
    const ingress = rules
      .filter(({ inline }) => inline)
      .map(({ number, action, block, protocol, from, to }) => ({
        rule_no: number,
        action,
        protocol,
        from_port: from,
        to_port: to,
        ...familyOf(block, "cidr_block", "ipv6_cidr_block"),
      }));
    const resources = resourcesOf({
      aws_network_acl: { a: { vpc_id: "vpc-1", ingress } },
      aws_network_acl_rule: Object.fromEntries(apart),
    });
    const [acl] = [...networkAcls(new ResourceIndex(resources)).values()];
    return acl!;
  }

  /** Rules are read from the lowest number on, the first that matches decides, and behind all of them everything is denied. */
  const firstMatch = (rules: readonly Entry[], address: string, protocol: string, port: number): Entry | undefined =>
    [...rules].sort((a, b) => a.number - b.number).find((rule) => isMatch(rule, address, protocol, port));

  test("decide as reading their rules in order does, and name the rule that denies", () => {
    check(
      "network ACL order",
      150,
      fc.property(entries, (rules) => {
        const acl = aclOf(rules);
        const { certain, possible } = aclReach(acl, "ingress");
        const wrong = probes.filter(({ address, protocol, port }) => {
          const decides = firstMatch(rules, address, protocol, port);
          const isOpen = decides?.action === "allow";
          const is = [certain, possible].map((reach) => reach.at(parsed(address)).has(protocol, port));
          if (is.some((each) => each !== isOpen)) return true;
          if (isOpen || port % 2 === 0) return false;
          const named = denyingRule(acl, "ingress", IpSet.cidr(address), ConnectionSet.of(protocol, PortSet.of(port)));
          return named !== (decides === undefined ? "*" : String(decides.number));
        });
        expect(wrong).toEqual([]);
        expect(aclReach(acl, "egress").possible.entries).toEqual([]);
      }),
    );
  });

  test("never open by a further deny, never close by a further allow", () => {
    check(
      "network ACL monotonic",
      100,
      fc.property(entries, written, fc.integer({ min: 201, max: 300 }), fc.boolean(), (rules, extra, number, isFirst) => {
        const at = isFirst ? 0 : number;
        const before = aclReach(aclOf(rules), "ingress").certain;
        const denied = aclReach(aclOf([...rules, { ...extra, number: at, action: "deny", inline: true }]), "ingress").certain;
        const allowed = aclReach(aclOf([...rules, { ...extra, number: at, action: "allow", inline: true }]), "ingress").certain;
        expect(denied.isSubsetOf(before)).toBe(true);
        expect(before.isSubsetOf(allowed)).toBe(true);
      }),
    );
  });

  test("with a rule that is not known lie between what it could make of them", () => {
    check(
      "network ACL unknown rules",
      100,
      fc.property(entries, written, fc.constantFrom(0, 201), (rules, hidden, number) => {
        const apart = Object.fromEntries(
          rules.map(({ number: at, action, block, protocol, from, to }) => [
            `r${String(at)}`,
            {
              network_acl_id: "${aws_network_acl.a.id}",
              rule_number: at,
              rule_action: action,
              egress: false,
              protocol,
              from_port: from,
              to_port: to,
              ...familyOf(block, "cidr_block", "ipv6_cidr_block"),
            },
          ]),
        );
        const open = {
          network_acl_id: "${aws_network_acl.a.id}",
          rule_number: number,
          rule_action: "${aws_vpc.v.tags_all.x}",
          egress: false,
          protocol: hidden.protocol,
          from_port: hidden.from,
          to_port: hidden.to,
          ...familyOf(hidden.block, "cidr_block", "ipv6_cidr_block"),
        };
        const resources = resourcesOf({
          aws_vpc: { v: {} },
          aws_network_acl: { a: { vpc_id: "vpc-1" } },
          aws_network_acl_rule: { ...apart, open },
        });
        const [acl] = [...networkAcls(new ResourceIndex(resources)).values()];
        const bounds = aclReach(acl!, "ingress");
        for (const action of ["allow", "deny"] as const) {
          const either = aclReach(aclOf([...rules, { ...hidden, number, action, inline: true }]), "ingress").certain;
          expect(bounds.certain.isSubsetOf(either)).toBe(true);
          expect(either.isSubsetOf(bounds.possible)).toBe(true);
        }
      }),
    );
  });
});

describe("security groups", () => {
  const rules = fc.array(
    fc
      .record({ peer: fc.constantFrom("block", "self", "friends"), form: fc.constantFrom("inline", "rule", "ingress-rule") })
      .chain((kind) => written.map((rule) => ({ ...rule, ...kind }))),
    { maxLength: 6 },
  );
  type Rule = typeof rules extends fc.Arbitrary<readonly (infer T)[]> ? T : never;
  const own = "${aws_security_group.own.id}";
  const friends = "${aws_security_group.friends.id}";

  function peerOf({ peer, block, form }: Rule): Record<string, unknown> {
    if (form === "ingress-rule")
      return peer === "block"
        ? familyOf(block, "cidr_ipv4", "cidr_ipv6")
        : { referenced_security_group_id: peer === "self" ? own : friends };
    if (peer === "block") return block.includes(":") ? { ipv6_cidr_blocks: [block] } : { cidr_blocks: [block] };
    if (peer === "self") return { self: true };
    return form === "inline" ? { security_groups: [friends] } : { source_security_group_id: friends };
  }

  function groupsOf(all: readonly Rule[]): ReturnType<typeof securityGroups> {
    const body = (rule: Rule) => ({ from_port: rule.from, to_port: rule.to, ...peerOf(rule) });
    const of = (form: Rule["form"]) => all.filter((rule) => rule.form === form);
    const named = (form: Rule["form"], make: (rule: Rule) => object) =>
      Object.fromEntries(of(form).map((rule, at) => [`r${String(at)}`, make(rule) as Record<string, unknown>]));
    return securityGroups(
      new ResourceIndex(
        resourcesOf({
          aws_security_group: { own: { ingress: of("inline").map((rule) => ({ protocol: rule.protocol, ...body(rule) })) }, friends: {} },
          aws_security_group_rule: named("rule", (rule) => ({
            type: "ingress",
            security_group_id: own,
            protocol: rule.protocol,
            ...body(rule),
          })),
          aws_vpc_security_group_ingress_rule: named("ingress-rule", (rule) => ({
            security_group_id: own,
            ip_protocol: rule.protocol,
            ...body(rule),
          })),
        }),
      ),
    );
  }

  const keyOf = (groups: ReturnType<typeof securityGroups>, name: string): string =>
    [...groups.values()].find((group) => group.name === `aws_security_group.${name}`)!.key;

  test("let in what any of their rules does, however it is written, by address or by group", () => {
    check(
      "security group union",
      150,
      fc.property(rules, fc.constantFrom("nobody", "own", "friends"), (all, member) => {
        const groups = groupsOf(all);
        const keys = member === "nobody" ? [] : [keyOf(groups, member)];
        for (const address of addresses) {
          const { connections, unknowns } = groupCheck(groups, { of: "nodes", groups: { keys: [keyOf(groups, "own")] } }, "ingress", {
            addresses: IpSet.cidr(address),
            groups: { keys },
          });
          const opens = (rule: Rule, protocol: string, port: number): boolean => {
            const isPeer = rule.peer === "block" || (rule.peer === "self" ? member === "own" : member === "friends");
            return isPeer && isMatch(rule.peer === "block" ? rule : { ...rule, block: address }, address, protocol, port);
          };
          const wrong = protocols.flatMap((protocol) =>
            ports.filter((port) => connections.certain.has(protocol, port) !== all.some((rule) => opens(rule, protocol, port))),
          );
          expect(wrong).toEqual([]);
          expect([connections.possible.toString(), unknowns]).toEqual([connections.certain.toString(), []]);
        }
      }),
    );
  });

  test("never close by a further rule", () => {
    check(
      "security group monotonic",
      100,
      fc.property(rules, rules, fc.constantFrom(...blocks), (all, more, block) => {
        const [before, after] = [groupsOf(all), groupsOf([...all, ...more])];
        const ask = (groups: typeof before) =>
          groupCheck(groups, { of: "nodes", groups: { keys: [keyOf(groups, "own")] } }, "ingress", { addresses: IpSet.cidr(block) })
            .connections;
        expect(ask(before).certain.isSubsetOf(ask(after).certain)).toBe(true);
        expect(ask(before).possible.isSubsetOf(ask(after).possible)).toBe(true);
      }),
    );
  });
});

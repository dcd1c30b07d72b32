import { type Configuration, smallCluster } from "../aws-network/networks";
import { vpcFindings } from "./vpc-lint";

const found = (more: Configuration) =>
  vpcFindings("VPC032", "", JSON.stringify({ resource: smallCluster(more) })).map(
    ({ severity, subject, message }) =>
      `${severity} ${subject.name}: ${message.replace("pods on different nodes do not reach each other on ", "")}`,
  );

const everything = { rule_no: 100, action: "allow", protocol: "-1", cidr_block: "0.0.0.0/0", from_port: 0, to_port: 0 };
const acl = (egress: readonly object[]): Configuration => ({
  aws_network_acl: { a: { vpc_id: "${aws_vpc.main.id}", subnet_ids: ["${aws_subnet.a.id}"], ingress: [everything], egress } },
});

test("nodes that let each other in are fine", () => {
  expect(found({})).toEqual([]);
});

test("a group without a rule for its own members closes everything", () => {
  expect(found({ aws_vpc_security_group_ingress_rule: { self: { security_group_id: "sg-elsewhere", ip_protocol: "-1" } } })).toEqual([]);
  const narrow = { security_group_id: "${aws_security_group.nodes.id}", cidr_ipv4: "192.168.0.0/16", ip_protocol: "-1" };
  expect(found({ aws_vpc_security_group_ingress_rule: { self: narrow } })).toEqual([
    "error aws_eks_node_group.nodes: `TCP all; UDP all`: `aws_security_group.nodes` of `aws_eks_node_group.nodes` lets them not in",
  ]);
});

test("a network ACL that lets no replies out closes everything, one that denies a port only that", () => {
  const requests = { ...everything, protocol: "tcp", from_port: 1, to_port: 1023 };
  expect(found(acl([requests]))).toEqual([
    "error aws_subnet.a: `TCP all; UDP all`: `aws_network_acl.a` lets replies not out of `aws_subnet.a`",
    "error aws_subnet.a: `TCP 1024-65535; UDP all`: `aws_network_acl.a` lets them not out of `aws_subnet.a`",
  ]);
  const denied = { ...everything, rule_no: 90, action: "deny", protocol: "tcp", from_port: 5432, to_port: 5432 };
  expect(found(acl([denied, everything]))).toEqual([
    "warning aws_subnet.a: `TCP 5432`: `aws_network_acl.a` lets them not out of `aws_subnet.a`",
  ]);
});

import { vpcFindings } from "./vpc-lint";

/** Nodes in one subnet that leads to the internet, with what is said about it and a rule of the cluster's group. */
const nodes = (subnet: object, rule?: object) =>
  JSON.stringify({
    resource: {
      aws_vpc: { v: { cidr_block: "10.0.0.0/16" } },
      aws_internet_gateway: { g: { vpc_id: "${aws_vpc.v.id}" } },
      aws_subnet: { a: { vpc_id: "${aws_vpc.v.id}", cidr_block: "10.0.0.0/20", ...subnet } },
      aws_route_table: { t: { vpc_id: "${aws_vpc.v.id}", route: { cidr_block: "0.0.0.0/0", gateway_id: "${aws_internet_gateway.g.id}" } } },
      aws_route_table_association: { a: { subnet_id: "${aws_subnet.a.id}", route_table_id: "${aws_route_table.t.id}" } },
      aws_eks_cluster: { eks: { name: "eks" } },
      aws_eks_node_group: { nodes: { cluster_name: "eks", subnet_ids: ["${aws_subnet.a.id}"] } },
      ...(rule === undefined
        ? {}
        : {
            aws_security_group_rule: {
              open: {
                type: "ingress",
                security_group_id: "${aws_eks_cluster.eks.vpc_config[0].cluster_security_group_id}",
                protocol: "tcp",
                from_port: 30_000,
                to_port: 30_010,
                ...rule,
              },
            },
          }),
    },
  });
const found = (...parts: Parameters<typeof nodes>) =>
  vpcFindings("VPC030", "", nodes(...parts)).map(({ subject, message }) => [subject.name, message]);

test("nodes with public addresses and an open group are reported with their ports and the rule", () => {
  const [[name, message] = []] = found({ map_public_ip_on_launch: true }, { cidr_blocks: ["0.0.0.0/0"] });
  expect(name).toBe("aws_eks_node_group.nodes");
  expect(message).toContain("`TCP 30000-30010`");
  expect(message).toContain("`aws_security_group_rule.open`");
});

test.each([
  ["without public addresses", {}, { cidr_blocks: ["0.0.0.0/0"] }],
  ["open to an office only", { map_public_ip_on_launch: true }, { cidr_blocks: ["198.18.0.0/15", "203.0.113.0/24"] }],
  ["with the group EKS makes", { map_public_ip_on_launch: true }, undefined],
  [
    "whose public address is not known",
    { map_public_ip_on_launch: "${aws_vpc.v.enable_dns_hostnames_computed}" },
    { cidr_blocks: ["0.0.0.0/0"] },
  ],
] as const)("nodes %s are not", (_, subnet, rule) => {
  expect(found(subnet, rule)).toEqual([]);
});

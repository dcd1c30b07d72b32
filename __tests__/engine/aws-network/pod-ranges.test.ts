import { podRanges } from "../../../engine/aws-network";
import { type Configuration, resourcesOf, stackResources } from "./networks";

const eks = (network: Readonly<Record<string, unknown>> = {}): Configuration => ({
  aws_eks_cluster: { main: { name: "main", kubernetes_network_config: [network] } },
});
/** Something whose value nobody knows before apply. */
const parameter: Configuration = { aws_ssm_parameter: { late: { name: "late", type: "String" } } };
const late = "${aws_ssm_parameter.late.value}";

const rangesOf = (configuration: Configuration): readonly string[] | undefined => podRanges(resourcesOf(configuration));

test("are those of the VPC beside a cluster", () => {
  expect(podRanges(stackResources())).toEqual(["10.0.0.0/16"]);
});

test("are those of every block of the VPC, put together", () => {
  const vpc = {
    aws_vpc: { main: { cidr_block: "10.0.0.0/16" } },
    aws_vpc_ipv4_cidr_block_association: {
      next: { vpc_id: "${aws_vpc.main.id}", cidr_block: "10.1.0.0/16" },
      pods: { vpc_id: "${aws_vpc.main.id}", cidr_block: "100.64.0.0/16" },
    },
  };
  expect(rangesOf({ ...eks(), ...vpc })).toEqual(["10.0.0.0/15", "100.64.0.0/16"]);
});

test("are of the family that the cluster gives to pods", () => {
  const vpc = { aws_vpc: { main: { cidr_block: "10.0.0.0/16", ipv6_cidr_block: "2001:db8::/56" } } };
  expect(rangesOf({ ...eks({ ip_family: "ipv4" }), ...vpc })).toEqual(["10.0.0.0/16"]);
  expect(rangesOf({ ...eks({ ip_family: "ipv6" }), ...vpc })).toEqual(["2001:db8::/56"]);
  expect(rangesOf({ ...eks({ ip_family: late }), ...parameter, ...vpc })).toEqual(["10.0.0.0/16", "2001:db8::/56"]);
});

test("are not told by a VPC without a cluster", () => {
  expect(rangesOf({ aws_vpc: { main: { cidr_block: "10.0.0.0/16" } } })).toBeUndefined();
});

test.each([
  ["without a VPC", eks(), ["0.0.0.0/0"]],
  ["while a block of the VPC is not known", { ...eks(), ...parameter, aws_vpc: { main: { cidr_block: late } } }, ["0.0.0.0/0"]],
  [
    "while AWS has still to choose the block",
    { ...eks({ ip_family: "ipv6" }), aws_vpc: { main: { cidr_block: "10.0.0.0/16", assign_generated_ipv6_cidr_block: true } } },
    ["::/0"],
  ],
])("may be anywhere in the family of the cluster %s", (_, configuration: Configuration, ranges) => {
  expect(rangesOf(configuration)).toEqual(ranges);
});

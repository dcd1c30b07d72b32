import { podRanges, privateRanges } from "../../../engine/aws-network";
import { type Configuration, resourcesOf, stackResources } from "./networks";

const eks = (network: Readonly<Record<string, unknown>> = {}, subnets: unknown = ["${aws_subnet.main.id}"]): Configuration => ({
  aws_subnet: { main: { vpc_id: "${aws_vpc.main.id}", cidr_block: "10.0.0.0/20" } },
  aws_eks_cluster: { main: { name: "main", kubernetes_network_config: [network], vpc_config: [{ subnet_ids: subnets }] } },
});
const vpcs = { aws_vpc: { main: { cidr_block: "10.0.0.0/16" }, other: { cidr_block: "10.9.0.0/16" } } };
/** Something whose value nobody knows before apply. */
const parameter: Configuration = { aws_ssm_parameter: { late: { name: "late", type: "String" } } };
const late = "${aws_ssm_parameter.late.value}";

const rangesOf = (configuration: Configuration): readonly string[] | undefined => podRanges(resourcesOf(configuration))?.cidrs;

test("are those of the VPC beside a cluster", () => {
  expect(podRanges(stackResources())).toEqual({ cidrs: ["10.0.0.0/16"], areKnown: true });
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
  ["without a VPC", { aws_eks_cluster: { main: { name: "main" } } }, privateRanges],
  ["beside a VPC that its subnets are not in", { ...eks({}, ["subnet-0aaa", "subnet-0bbb"]), ...vpcs }, privateRanges],
  ["whose subnets are not said", { ...vpcs, aws_eks_cluster: { main: { name: "main" } } }, privateRanges],
  ["whose subnets are known only after apply", { ...eks({}, late), ...parameter, ...vpcs }, privateRanges],
  ["while a block of the VPC is not known", { ...eks(), ...parameter, aws_vpc: { main: { cidr_block: late } } }, privateRanges],
  [
    "while AWS has still to choose the block",
    { ...eks({ ip_family: "ipv6" }), aws_vpc: { main: { cidr_block: "10.0.0.0/16", assign_generated_ipv6_cidr_block: true } } },
    ["::/0"],
  ],
])("are assumed in the family of the cluster %s: private ones of IPv4, all of IPv6", (_, configuration: Configuration, cidrs) => {
  expect(podRanges(resourcesOf(configuration))).toEqual({ cidrs, areKnown: false });
});

test("are those that are known beside those that are assumed", () => {
  const association = { late: { vpc_id: "${aws_vpc.main.id}", cidr_block: late } };
  const vpc = { aws_vpc: { main: { cidr_block: "198.18.0.0/16" } }, aws_vpc_ipv4_cidr_block_association: association };
  expect(podRanges(resourcesOf({ ...eks(), ...parameter, ...vpc }))).toEqual({
    cidrs: [...privateRanges, "198.18.0.0/16"],
    areKnown: false,
  });
});

test("are not those of a VPC that the cluster is not in", () => {
  expect(rangesOf({ ...eks(), ...vpcs })).toEqual(["10.0.0.0/16"]);
});

test.each([
  ["one of the subnets is not in the input", ["subnet-0aaa", "${aws_subnet.main.id}"]],
  ["an expression lists them", "${[for each in [aws_subnet.main] : each.id]}"],
  ["they are those of another one", ["${aws_subnet.read.id}"], ["10.9.0.0/16"]],
])("are of the VPC of the cluster's subnets when %s", (_, subnets: unknown, ranges: readonly string[] = ["10.0.0.0/16"]) => {
  const [{ aws_subnet: known }, { aws_vpc }] = [eks(), vpcs];
  const read = { vpc_id: "${aws_vpc.other.id}", cidr_block: "10.9.0.0/20" };
  expect(rangesOf({ ...eks({}, subnets), aws_subnet: { ...known, read }, aws_vpc })).toEqual(ranges);
});

test("are those of the VPC of every cluster, and private ones as well while one of them cannot be told", () => {
  const pair = (other: string): Configuration => ({
    ...vpcs,
    aws_subnet: { ...eks().aws_subnet, other: { vpc_id: "${aws_vpc.other.id}", cidr_block: "10.9.0.0/20" } },
    aws_eks_cluster: { ...eks().aws_eks_cluster, other: { name: "other", vpc_config: [{ subnet_ids: [other] }] } },
  });
  expect(rangesOf(pair("${aws_subnet.other.id}"))).toEqual(["10.0.0.0/16", "10.9.0.0/16"]);
  expect(rangesOf(pair("subnet-0aaa"))).toEqual(privateRanges);
});

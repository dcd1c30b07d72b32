import { addresses, dependsOn, resource, synthesize } from "./synthesized";

describe("the network stack", () => {
  const { network } = synthesize();
  const subnets = (stack: typeof network, side: string) =>
    Object.entries(stack.json.resource.aws_subnet ?? {})
      .filter(([name]) => name.startsWith(side))
      .map(([, subnet]) => subnet);

  test("keeps its addresses: they are where the state finds things", () => {
    expect(addresses(network)).toEqual([
      "aws_default_security_group.default-security-group",
      "aws_eip.nat_address-0_4A326195",
      "aws_internet_gateway.internet-gateway",
      "aws_nat_gateway.nat_gateway-0_36706FE1",
      "aws_route.private_nat-0_BFEB0E1D",
      "aws_route.private_nat-1_409862DE",
      "aws_route.private_nat-2_98D4C4F4",
      "aws_route.public_internet_9E87CC23",
      "aws_route_table.private_route-table-0_DF3A2B5A",
      "aws_route_table.private_route-table-1_6A0308DF",
      "aws_route_table.private_route-table-2_67AB622D",
      "aws_route_table.public_route-table_763EFBF8",
      "aws_route_table_association.private_association-0_D53FF047",
      "aws_route_table_association.private_association-1_CAAE2BD7",
      "aws_route_table_association.private_association-2_65FA865B",
      "aws_route_table_association.public_association-0_4D22416E",
      "aws_route_table_association.public_association-1_44628B10",
      "aws_route_table_association.public_association-2_40911225",
      "aws_subnet.private_subnet-0_329F4499",
      "aws_subnet.private_subnet-1_EFDC43EE",
      "aws_subnet.private_subnet-2_DB82FC4A",
      "aws_subnet.public_subnet-0_5E376460",
      "aws_subnet.public_subnet-1_B4E65EF4",
      "aws_subnet.public_subnet-2_1EABD28B",
      "aws_vpc.vpc",
    ]);
  });

  test("has a VPC whose names resolve, as a private cluster endpoint needs", () => {
    expect(resource(network, "aws_vpc")).toMatchObject({
      cidr_block: "10.0.0.0/16",
      enable_dns_support: true,
      enable_dns_hostnames: true,
    });
  });

  test("cuts one private /20 and one public /24 per zone, without overlap", () => {
    expect(subnets(network, "private").map((subnet) => subnet.cidr_block)).toEqual(["10.0.0.0/20", "10.0.16.0/20", "10.0.32.0/20"]);
    expect(subnets(network, "public").map((subnet) => subnet.cidr_block)).toEqual(["10.0.240.0/24", "10.0.241.0/24", "10.0.242.0/24"]);
  });

  test("scales its cuts with the VPC and the zones", () => {
    const { network: small } = synthesize({ vpcCidr: "172.16.16.0/20", azCount: 6 });
    expect(subnets(small, "private").map((subnet) => subnet.cidr_block)).toEqual(
      [16, 17, 18, 19, 20, 21].map((third) => `172.16.${third}.0/24`),
    );
    expect(subnets(small, "public").at(-1)).toMatchObject({ cidr_block: "172.16.31.80/28" });
  });

  test("tags subnets for the cluster and its load balancers", () => {
    for (const subnet of subnets(network, "private")) {
      expect(subnet.tags).toMatchObject({ "kubernetes.io/role/internal-elb": "1", "kubernetes.io/cluster/netpol": "shared" });
    }
    for (const subnet of subnets(network, "public")) {
      expect(subnet.tags).toMatchObject({ "kubernetes.io/role/elb": "1", "kubernetes.io/cluster/netpol": "shared" });
    }
  });

  test("gives nothing a public address by itself", () => {
    const all = [...subnets(network, "private"), ...subnets(network, "public")];
    expect(all).toHaveLength(6);
    expect(all.every((subnet) => subnet.map_public_ip_on_launch === false)).toBe(true);
  });

  test("leaves the default security group without a rule", () => {
    expect(resource(network, "aws_default_security_group")).toMatchObject({ ingress: [], egress: [] });
  });

  test("makes addresses and NAT gateways only behind the internet gateway", () => {
    expect(dependsOn(resource(network, "aws_eip"))).toEqual(["aws_internet_gateway.internet-gateway"]);
    expect(dependsOn(resource(network, "aws_nat_gateway"))).toEqual(["aws_internet_gateway.internet-gateway"]);
  });

  test("routes every zone through the one NAT gateway, or each through its own", () => {
    const gateways = (stack: typeof network) =>
      Object.entries(stack.json.resource.aws_route ?? {}).flatMap(([name, route]) =>
        name.startsWith("private") ? [String(route.nat_gateway_id).replace(/_[0-9A-F]{8}\.id\}$/, "")] : [],
      );
    const [first, second, third] = [0, 1, 2].map((index) => `\${aws_nat_gateway.nat_gateway-${index}`);
    expect(gateways(network)).toEqual([first, first, first]);
    const { network: perZone } = synthesize({ natMode: "per-az" });
    expect(gateways(perZone)).toEqual([first, second, third]);
    const kept = addresses(network).filter((address) => !addresses(perZone).includes(address));
    expect(kept).toEqual([]);
  });

  test("fails the plan in a region with too few zones, and says what to set", () => {
    expect(resource(network, "aws_vpc").lifecycle).toEqual({
      precondition: [
        {
          condition: "${length(data.aws_availability_zones.zones_offered_4DABA2C7.names) >= 3}",
          error_message: "us-west-2 has fewer than 3 availability zones for EKS: set `azCount` (NETPOL_EKS_AZ_COUNT) to a smaller number",
        },
      ],
    });
  });

  test("puts the tags on everything", () => {
    const { network: tagged } = synthesize({ tags: { team: "network" } });
    expect(tagged.json.provider.aws).toEqual([{ region: "us-west-2", default_tags: [{ tags: { team: "network" } }] }]);
  });
});

import {
  commonServices,
  coveredSubnets,
  internetToLoadBalancer,
  internetToNode,
  internetToPod,
  kindOfSubnet,
  podToAwsService,
  podToInternet,
  podToPod,
} from "../../../engine/aws-network";
import { internet } from "../../../engine/lint/internet";
import type { Service } from "../../../engine/model";
import { ConnectionSet, IpSet } from "../../../engine";
import { variants } from "../../stacks/variants";
import { networkOf, resourcesOf, stackNetwork, stackResources } from "./networks";
import { awsNetwork } from "../../../engine/aws-network";

const v4 = internet.ofFamily("IPv4");

describe.each(Object.entries(variants))("with the settings of %s", (_, settings) => {
  const network = stackNetwork(settings);
  const isIpv6 = "ipFamily" in settings;

  test("pods on different nodes reach each other on every port", () => {
    expect(podToPod(network).certain.toString()).toBe("all");
  });

  test("pods reach the internet in their own family: TCP and UDP by a NAT gateway, everything by an egress-only gateway", () => {
    const [overIpv4, overIpv6] = [podToInternet(network, v4), podToInternet(network, internet.ofFamily("IPv6"))];
    expect([overIpv4.certain.toString(), overIpv4.possible.toString()]).toEqual(
      isIpv6 ? ["none", "none"] : Array(2).fill("TCP all; UDP all"),
    );
    expect([overIpv6.certain.toString(), overIpv6.possible.toString()]).toEqual(isIpv6 ? ["all", "all"] : ["none", "none"]);
  });

  test("nothing from the internet reaches a pod or a node", () => {
    expect(internetToPod(network, internet).possible.toString()).toBe("none");
    expect(internetToNode(network, internet).possible.toString()).toBe("none");
  });

  test("pods reach every service of AWS over the internet", () => {
    const answers = commonServices.map((service) => podToAwsService(network, service, internet.ofFamily(isIpv6 ? "IPv6" : "IPv4")));
    expect(answers.map(({ outcome, via }) => `${outcome} ${via}`)).toEqual(commonServices.map(() => "allowed internet"));
  });

  test("a load balancer can be entered, if its annotations let it face the internet", () => {
    const answer = internetToLoadBalancer(network, service([]), v4);
    expect([answer.certain.toString(), answer.possible.toString()]).toEqual(["none", "TCP 80"]);
    expect(answer.subnets).toHaveLength(3);
    expect(internetToLoadBalancer(network, service(["198.51.100.0/24"]), v4).possible.toString()).toBe("none");
  });

  test("a load balancer that one family can enter is open to the internet, whether the other family has a route or not", () => {
    const [both, overIpv6] = [internet, internet.ofFamily("IPv6")].map((each) => internetToLoadBalancer(network, service([]), each));
    expect(both?.possible.toString()).toBe("TCP 80");
    expect(overIpv6?.possible.toString()).toBe(isIpv6 ? "TCP 80" : "none");
  });

  test("pods run in the private subnets, and a block over the VPC covers them", () => {
    const kinds = network.subnets.map(kindOfSubnet);
    expect(kinds.filter((kind) => kind === "private")).toHaveLength(3);
    expect(kinds.filter((kind) => kind === "public")).toHaveLength(3);
    const covered = coveredSubnets(network, IpSet.cidr("10.0.0.0/19"));
    expect(covered.map(({ addresses }) => addresses.toString())).toEqual(isIpv6 ? [] : ["10.0.0.4-10.0.15.254", "10.0.16.4-10.0.31.254"]);
    expect(coveredSubnets(network, IpSet.cidr("10.0.240.0/20"))).toEqual([]);
  });
});

const service = (sourceRanges: readonly string[]): Service => ({
  namespace: "shop",
  name: "web",
  type: "LoadBalancer",
  ports: [{ port: 80, protocol: "TCP", targetPort: 8080 }],
  headless: false,
  clusterIps: [],
  externalTrafficPolicy: "Cluster",
  sourceRanges,
});

describe("when our stacks are changed", () => {
  const natRoutes = (type: Record<string, Record<string, unknown>>) => Object.keys(type).filter((name) => name.startsWith("private_nat"));

  test("without a route out of one private subnet, what reaches the internet depends on where a pod runs", () => {
    const network = stackNetwork({}, ({ network: { resource } }) => {
      const [first = ""] = natRoutes(resource.aws_route!);
      Reflect.deleteProperty(resource.aws_route!, first);
    });
    const answer = podToInternet(network, v4);
    expect([answer.certain.toString(), answer.onSome.toString()]).toEqual(["none", "TCP all; UDP all"]);
    const closed = answer.hops.flatMap(({ checks }) => checks).filter(({ connections }) => connections.possible.isEmpty);
    expect(closed.map(({ ground }) => ground)).toEqual([{ kind: "route", subnet: "aws_subnet.private_subnet-0_329F4499", target: "none" }]);
  });

  test("without any route out, nothing reaches the internet, and pods still reach each other", () => {
    const network = stackNetwork({}, ({ network: { resource } }) => {
      for (const name of natRoutes(resource.aws_route!)) Reflect.deleteProperty(resource.aws_route!, name);
    });
    expect(podToInternet(network, v4).possible.toString()).toBe("none");
    expect(podToAwsService(network, "sts", v4).outcome).toBe("denied");
    expect(podToPod(network).certain.isAll).toBe(true);
  });

  test("a NAT gateway whose subnet does not lead to the internet leads nowhere", () => {
    const network = stackNetwork({}, ({ network: { resource } }) => {
      delete resource.aws_route!.public_internet_9E87CC23;
    });
    const answer = podToInternet(network, v4);
    expect(answer.possible.toString()).toBe("none");
    expect(answer.hops[0]?.checks.filter(({ connections }) => connections.possible.isEmpty).map(({ ground }) => ground)).toEqual([
      { kind: "route", subnet: "aws_subnet.public_subnet-0_5E376460", target: "none" },
    ]);
  });

  test("a network ACL that denies TCP 5432 out of one subnet closes that port between subnets only for pods there", () => {
    const network = stackNetwork({}, ({ network: { resource } }) => {
      resource.aws_network_acl = {
        strict: {
          vpc_id: "${aws_vpc.vpc.id}",
          subnet_ids: ["${aws_subnet.private_subnet-0_329F4499.id}"],
          ingress: [{ rule_no: 100, action: "allow", protocol: "-1", cidr_block: "0.0.0.0/0", from_port: 0, to_port: 0 }],
          egress: [
            { rule_no: 90, action: "deny", protocol: "tcp", cidr_block: "10.0.0.0/16", from_port: 5432, to_port: 5432 },
            { rule_no: 100, action: "allow", protocol: "-1", cidr_block: "0.0.0.0/0", from_port: 0, to_port: 0 },
          ],
        },
      };
    });
    const { certain, possible } = podToPod(network);
    const missing = possible.subtract(certain);
    expect(possible.isAll).toBe(true);
    expect(missing.toString()).toBe("TCP 5432");
  });

  test("with nodes in public subnets, only a group that lets the internet in exposes them", () => {
    const inPublic = (
      { network: { resource }, cluster }: Parameters<NonNullable<Parameters<typeof stackResources>[1]>>[0],
      open: boolean,
    ): void => {
      for (const [name, subnet] of Object.entries(resource.aws_subnet!)) {
        if (name.startsWith("public")) subnet.map_public_ip_on_launch = true;
      }
      // The node group reads private subnets by outputs; the same outputs now name public ones.
      Object.assign(resource, {
        aws_route: Object.fromEntries(Object.entries(resource.aws_route!).map(([name, route]) => [name, publicRoute(name, route)])),
      });
      for (const [name, subnet] of Object.entries(resource.aws_subnet!))
        if (name.startsWith("private")) subnet.map_public_ip_on_launch = true;
      if (!open) return;
      const [eks = ""] = Object.keys(cluster.resource.aws_eks_cluster!);
      cluster.resource.aws_vpc_security_group_ingress_rule = {
        node_ports: {
          security_group_id: `\${aws_eks_cluster.${eks}.vpc_config[0].cluster_security_group_id}`,
          cidr_ipv4: "0.0.0.0/0",
          ip_protocol: "tcp",
          from_port: 30_000,
          to_port: 32_767,
        },
      };
    };
    const publicRoute = (name: string, { nat_gateway_id: nat, ...route }: Record<string, unknown>): Record<string, unknown> =>
      name.startsWith("private_nat") && nat !== undefined ? { ...route, gateway_id: "${aws_internet_gateway.internet-gateway.id}" } : route;
    const closed = stackNetwork({}, (stacks) => {
      inPublic(stacks, false);
    });
    const open = stackNetwork({}, (stacks) => {
      inPublic(stacks, true);
    });
    expect(internetToNode(closed, v4).possible.toString()).toBe("none");
    expect(internetToNode(open, v4).certain.toString()).toBe("TCP 30000-32767");
    expect(internetToPod(open, v4).possible.toString()).toBe("none");
    expect(podToInternet(open, v4).certain.toString()).toBe("all");
  });
});

describe("an input without a network", () => {
  test("has none: no node group, no Fargate profile, no cluster in Auto Mode", () => {
    expect(awsNetwork([])).toBeUndefined();
    expect(awsNetwork(stackResources().filter(({ type }) => type !== "aws_eks_node_group"))).toBeUndefined();
  });

  test("whose subnets are elsewhere says what groups do, and nothing about routes", () => {
    const network = networkOf(stackResources().filter(({ stack }) => stack === "cluster"));
    const answer = podToPod(network);
    expect(answer.certain).toEqual(ConnectionSet.all);
    expect(new Set(answer.hops.flatMap(({ checks }) => checks.map(({ layer }) => layer)))).toEqual(new Set(["security-group"]));
  });

  test("that names a subnet nobody declares is undecided where it matters", () => {
    const network = networkOf(
      resourcesOf({
        aws_vpc: { v: { cidr_block: "10.0.0.0/16" } },
        aws_subnet: { a: { vpc_id: "${aws_vpc.v.id}", cidr_block: "10.0.0.0/24" } },
        aws_eks_cluster: { eks: { name: "eks" } },
        aws_eks_node_group: { n: { cluster_name: "eks", subnet_ids: ["subnet-0123"] } },
      }),
    );
    const answer = podToInternet(network, v4);
    expect([answer.certain.toString(), answer.possible.toString()]).toEqual(["none", "all"]);
    expect(answer.hops[0]?.checks.flatMap(({ unknowns }) => unknowns.map(({ because }) => because))).toContain(
      "`subnet-0123` is not in the input",
    );
  });
});

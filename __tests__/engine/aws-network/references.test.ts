import { podToAwsService, podToInternet, podToPod } from "../../../engine/aws-network";
import { internet } from "../../../engine/lint/internet";
import { type InfrastructureResource, unknown } from "../../../engine/model";
import { networkOf, resourcesOf, smallCluster, smallNetwork } from "./networks";

const v4 = internet.ofFamily("IPv4");

/** The same resources as a plan holds them: each reference is an Unknown that says what it waits for. */
const planned = (resources: readonly InfrastructureResource[]): readonly InfrastructureResource[] =>
  JSON.parse(
    JSON.stringify(resources).replace(
      /`\$\{([^`}]+)\}` in `([^`]+)`: known only after apply/g,
      "`x` of `$2` is known only after apply, when `$1` is",
    ),
  ) as readonly InfrastructureResource[];

/** The same resources after apply: every resource has an id, and references are ids. */
const applied = (resources: readonly InfrastructureResource[]): readonly InfrastructureResource[] =>
  (
    JSON.parse(
      JSON.stringify(resources).replace(/\{"unknown":true,"because":"`\$\{([^`}]+)\.id\}`[^"]*"\}/g, '"id of $1"'),
    ) as readonly InfrastructureResource[]
  ).map((each) => ({ ...each, values: { ...each.values, id: `id of ${each.address}` } }));

const shapes = [
  ["synthesized", (each: readonly InfrastructureResource[]) => each],
  ["planned", planned],
  ["applied", applied],
] as const;

test.each(shapes)("a network is the same when it is %s", (_, shape) => {
  const resources = shape(resourcesOf(smallCluster()));
  const network = networkOf(resources);
  expect(network.places.map(({ subnets, groups }) => [subnets.map(({ name }) => name), groups.keys.length])).toEqual([
    [["aws_subnet.a", "aws_subnet.b"], 1],
  ]);
  expect(podToPod(network).certain.isAll).toBe(true);
  expect(podToInternet(network, v4).possible.isEmpty).toBe(true);
});

test("a reference that cannot be told is undecided, never guessed", () => {
  const resources = resourcesOf(smallCluster()).map((each) =>
    each.type === "aws_launch_template" ? { ...each, values: { vpc_security_group_ids: [unknown("`var.groups` has no default")] } } : each,
  );
  const { certain, possible } = podToPod(networkOf(resources));
  expect([certain.toString(), possible.toString()]).toEqual(["none", "all"]);
});

describe("services of AWS", () => {
  const endpoint = (more: object) => ({
    aws_vpc_endpoint: {
      e: { vpc_id: "${aws_vpc.main.id}", service_name: "com.amazonaws.eu-west-1.sts", vpc_endpoint_type: "Interface", ...more },
    },
  });
  const own = { subnet_ids: ["${aws_subnet.a.id}"], security_group_ids: ["${aws_security_group.nodes.id}"] };

  test("are reached through an interface endpoint that has their name, where nothing else leads out", () => {
    const through = podToAwsService(smallNetwork(endpoint({ ...own, private_dns_enabled: true })), "sts", v4);
    expect([through.outcome, through.via, through.endpoint]).toEqual(["allowed", "interface endpoint", "aws_vpc_endpoint.e"]);
    expect(podToAwsService(smallNetwork(endpoint(own)), "sts", v4).outcome).toBe("denied");
    expect(podToAwsService(smallNetwork(endpoint({ ...own, private_dns_enabled: true })), "ecr.api", v4).outcome).toBe("denied");
  });

  test("an endpoint whose group admits nobody is as good as none, and one with the VPC's default group is undecided", () => {
    const closed = { ...endpoint({ ...own, security_group_ids: ["${aws_security_group.shut.id}"], private_dns_enabled: true }) };
    const groups = { aws_security_group: { nodes: { vpc_id: "${aws_vpc.main.id}" }, shut: { vpc_id: "${aws_vpc.main.id}" } } };
    expect(podToAwsService(smallNetwork({ ...closed, ...groups }), "sts", v4).outcome).toBe("denied");
    expect(podToAwsService(smallNetwork(endpoint({ subnet_ids: own.subnet_ids, private_dns_enabled: true })), "sts", v4).outcome).toBe(
      "undecided",
    );
  });

  test("a gateway endpoint is a route of the tables it is given to", () => {
    const table = { aws_route_table: { t: { vpc_id: "${aws_vpc.main.id}" } } };
    const both = Object.fromEntries(
      ["a", "b"].map((name) => [name, { subnet_id: `\${aws_subnet.${name}.id}`, route_table_id: "${aws_route_table.t.id}" }]),
    );
    const s3 = { service_name: "com.amazonaws.eu-west-1.s3", vpc_endpoint_type: "Gateway" };
    const with_ = (tables: readonly string[], associations: object) =>
      podToAwsService(
        smallNetwork({ ...table, ...endpoint({ ...s3, route_table_ids: tables }), aws_route_table_association: associations as never }),
        "s3",
        v4,
      );
    expect(with_(["${aws_route_table.t.id}"], both).outcome).toBe("allowed");
    expect(with_([], both).outcome).toBe("denied");
    expect(with_(["${aws_route_table.t.id}"], { a: both.a }).outcome).toBe("undecided");
  });
});

describe("what EKS and the CNI add", () => {
  test("a key to log in opens port 22 of nodes to everyone, or to the groups that are named", () => {
    const nodes = smallCluster().aws_eks_node_group?.nodes ?? {};
    const withKey = (remote: object) => smallNetwork({ aws_eks_node_group: { nodes: { ...nodes, remote_access: remote } } });
    const opened = (remote: object) => {
      const groups = [...withKey(remote).groups.values()].filter(({ name }) => name.startsWith("remote access"));
      return groups.flatMap(({ rules }) =>
        rules.map(({ addresses, ports }) => `${addresses.isAll ? "everyone" : addresses.toString()} ${ports.certain.toString()}`),
      );
    };
    expect(opened({ ec2_ssh_key: "me" })).toEqual(["everyone TCP 22"]);
    expect(opened({ ec2_ssh_key: "me", source_security_group_ids: ["${aws_security_group.nodes.id}"] })).toEqual([" TCP 22"]);
  });

  test("custom networking gives pods other groups and subnets, so that it is undecided", () => {
    const addon = { addon_name: "vpc-cni", configuration_values: JSON.stringify({ env: { AWS_VPC_K8S_CNI_CUSTOM_NETWORK_CFG: "true" } }) };
    const { certain, possible } = podToPod(smallNetwork({ aws_eks_addon: { cni: { cluster_name: "eks", ...addon } } }));
    expect([certain.toString(), possible.toString()]).toEqual(["none", "all"]);
  });
});

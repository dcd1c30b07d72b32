import { join } from "node:path";
import type { ExplainReport } from "../../engine/report";
import { type Configuration, smallCluster } from "../engine/aws-network/networks";
import { folderWith, removeFolders } from "./folders";
import { manifests, netpol } from "./netpol";
import { reportOf } from "./report-of";

afterAll(removeFolders);

/** The third step of the experiment on a small cluster, with more AWS resources, or others in place of its own. */
const pathsOf = (more: Configuration = {}): readonly string[] => [
  join(manifests, "step-3"),
  folderWith({ "cdk.tf.json": JSON.stringify({ resource: smallCluster(more) }) }),
];
const inputs = (more?: Configuration): readonly string[] => pathsOf(more).flatMap((path) => ["-i", path]);

type Layers = ExplainReport["layers"];

async function layersOf(ends: readonly [string, string], more?: Configuration): Promise<Layers> {
  const { code, report } = await reportOf("explain", ...ends, ...inputs(more));
  expect(code).toBe(0);
  return report.layers;
}

const outcomes = (layers: Layers): Readonly<Record<string, string>> =>
  Object.fromEntries(layers.map(({ layer, outcome }) => [layer, outcome]));

const frontendToBackend = ["frontend/nginx", "backend/nginx:80"] as const;

const ingressOf = (rule: Readonly<Record<string, unknown>>): Configuration => ({
  aws_vpc_security_group_ingress_rule: {
    self: {
      security_group_id: "${aws_security_group.nodes.id}",
      referenced_security_group_id: "${aws_security_group.nodes.id}",
      ...rule,
    },
  },
});
const only443 = ingressOf({ ip_protocol: "tcp", from_port: 443, to_port: 443 });

test("without an AWS network, nothing is said of one", async () => {
  const { report } = await reportOf("explain", ...frontendToBackend, "-i", "step-3");
  expect(report.layers).toEqual([]);
});

test("where every layer carries what policies allow, each says so", async () => {
  const { "vpc-cni": _, ...network } = outcomes(await layersOf(frontendToBackend));
  expect(network).toEqual({ "security-group": "allowed", "network-acl": "allowed", routes: "allowed" });
});

test("policies allow it, the security group of the nodes does not: it is named, with its place", async () => {
  const { report } = await reportOf("explain", ...frontendToBackend, ...inputs(only443));
  expect(report.after.flows.map(({ verdict }) => verdict.outcome)).toEqual(["allowed"]);
  const layer = report.layers.find((each) => each.layer === "security-group");
  expect(layer).toMatchObject({ outcome: "denied", location: { address: "aws_security_group.nodes" } });
  expect(layer?.message).toContain("no rule of `aws_security_group.nodes` at `aws_eks_node_group.nodes` lets it in");
  const { stdout } = await netpol("explain", ...frontendToBackend, ...inputs(only443));
  expect(stdout).toContain("beside the specification: policies allow it, the security group does not");
  expect(stdout).toContain("security group: denied, TCP 80, between pods on different nodes");
});

test("a network ACL of one subnet leaves it to where pods run", async () => {
  const closed: Configuration = {
    aws_network_acl: {
      a: {
        vpc_id: "${aws_vpc.main.id}",
        subnet_ids: ["${aws_subnet.a.id}"],
        ingress: [{ rule_no: 100, action: "deny", protocol: "tcp", cidr_block: "0.0.0.0/0", from_port: 80, to_port: 80 }],
        egress: [{ rule_no: 100, action: "allow", protocol: "-1", cidr_block: "0.0.0.0/0", from_port: 0, to_port: 0 }],
      },
    },
  };
  const layers = await layersOf(frontendToBackend, closed);
  expect(outcomes(layers)["network-acl"]).toBe("undecided");
  expect(layers.find(({ layer }) => layer === "network-acl")?.message).toContain("it depends on where pods run");
});

test("without a way out of the VPC, the internet is out of reach whatever policies allow", async () => {
  const layers = await layersOf(["frontend/nginx", "internet:443"]);
  expect(outcomes(layers)).toMatchObject({ "security-group": "allowed", routes: "denied" });
});

test("tables and CSV hold every layer at both moments, with remarks", async () => {
  const args = ["explain", "frontend/nginx", "backend/nginx", ...inputs(only443), ...pathsOf().flatMap((path) => ["--before", path])];
  const { report } = await reportOf("explain", ...args.slice(1));
  const told = [report.layersBefore ?? [], report.layers].flat();
  const lines = told.flatMap(({ message, remarks = [] }) => [message, ...remarks]);
  expect(lines.length).toBeGreaterThan(told.length);
  const { stdout: csv } = await netpol(...args, "-o", "csv");
  const cells = csv.replaceAll('""', '"');
  for (const line of lines) expect(cells).toContain(line);
  expect(csv.match(/^before,,allowed,,,security group,/gm)).toHaveLength(1);
  expect(csv.match(/^after,,denied,,,security group,/gm)).toHaveLength(1);
  const { stdout: table } = await netpol(...args, "-o", "table");
  expect(table).toContain("beside the specification");
  expect(table.match(/│ (before|after) *│ security/g)?.length).toBe(told.filter(({ layer }) => layer === "security-group").length);
});

test("the address that stands for the internet is of the cluster's family", async () => {
  const clusterOf = (ip_family: string): Configuration => ({
    aws_vpc: { main: { cidr_block: "10.0.0.0/16", assign_generated_ipv6_cidr_block: true } },
    aws_eks_cluster: { eks: { name: "eks", kubernetes_network_config: { ip_family } } },
  });
  for (const [family, stranger] of [
    ["ipv4", "203.0.113.10"],
    ["ipv6", "3fff::10"],
  ] as const) {
    const { report } = await reportOf("explain", "backend/nginx", "internet:443", ...inputs(clusterOf(family)));
    expect(report.to.name).toBe(`internet (${stranger})`);
    const { report: inward } = await reportOf("explain", "internet", "backend/nginx:80", ...inputs(clusterOf(family)));
    expect(inward.from.name).toBe(`internet (${stranger})`);
  }
});

test("what is asked through a Service is asked of the pods behind it", async () => {
  const layers = await layersOf(["frontend/nginx", "svc/backend/nginx:80"], only443);
  expect(outcomes(layers)["security-group"]).toBe("denied");
});

test("a change of the AWS network alone is an answer before and one after", async () => {
  const args = ["explain", ...frontendToBackend, ...inputs(only443), ...pathsOf().flatMap((path) => ["--before", path])];
  const { stdout } = await netpol(...args);
  const titles = stdout.split("\n").filter((line) => line.startsWith("beside the specification"));
  expect(titles).toEqual([
    "beside the specification, before the change",
    "beside the specification: policies allow it, the security group does not",
  ]);
  const { report } = await reportOf("explain", ...args.slice(1));
  expect([report.layersBefore ?? [], report.layers].map((layers) => outcomes(layers)["security-group"])).toEqual(["allowed", "denied"]);
  const { stdout: same } = await netpol("explain", ...frontendToBackend, ...inputs(), ...pathsOf().flatMap((path) => ["--before", path]));
  expect(same.match(/beside the specification/g)).toHaveLength(1);
});

test("a rule that is known only after apply leaves it undecided", async () => {
  const late = { aws_ssm_parameter: { port: { name: "port", type: "String" } } };
  const from = "${aws_ssm_parameter.port.value}";
  const layers = await layersOf(frontendToBackend, { ...late, ...ingressOf({ ip_protocol: "tcp", from_port: from, to_port: from }) });
  expect(outcomes(layers)["security-group"]).toBe("undecided");
});

const publicSubnets: Configuration = {
  aws_internet_gateway: { main: { vpc_id: "${aws_vpc.main.id}" } },
  aws_route_table: { main: { vpc_id: "${aws_vpc.main.id}" } },
  aws_route: {
    out: {
      route_table_id: "${aws_route_table.main.id}",
      destination_cidr_block: "0.0.0.0/0",
      gateway_id: "${aws_internet_gateway.main.id}",
    },
  },
  aws_route_table_association: {
    a: { route_table_id: "${aws_route_table.main.id}", subnet_id: "${aws_subnet.a.id}" },
    b: { route_table_id: "${aws_route_table.main.id}", subnet_id: "${aws_subnet.b.id}" },
  },
  aws_subnet: {
    a: { vpc_id: "${aws_vpc.main.id}", cidr_block: "10.0.0.0/20", map_public_ip_on_launch: true },
    b: { vpc_id: "${aws_vpc.main.id}", cidr_block: "10.0.16.0/20", map_public_ip_on_launch: true },
  },
};

describe("exposure says what the AWS network carries between pods and the internet", () => {
  const notesOf = async (more?: Configuration): Promise<readonly string[]> => {
    const { report } = await reportOf("exposure", ...pathsOf(more));
    return report.notes.flatMap(({ message }) => (message.startsWith("AWS network") ? [message] : []));
  };

  test("nothing, without a gateway", async () => {
    expect(await notesOf()).toEqual([
      "AWS network, from the internet to pods: none",
      "AWS network, from the internet to nodes: none",
      "AWS network, from pods to the internet: IPv4 (none), IPv6 (none)",
    ]);
  });

  test("the ports of a load balancer in an IPv4 VPC, if its annotations let it face the internet", async () => {
    const service = `apiVersion: v1
kind: Service
metadata: { namespace: frontend, name: web }
spec: { type: LoadBalancer, selector: { app: nginx }, ports: [{ port: 80 }] }
`;
    const { report } = await reportOf("exposure", ...pathsOf(publicSubnets), folderWith({ "web.yaml": service }));
    expect(report.notes.map(({ message }) => message)).toContain(
      "AWS network, from the internet to the load balancer of Service frontend/web: IPv4 (undecided (perhaps TCP 80)), IPv6 (none); an annotation decides whether it faces the internet",
    );
  });

  test("what the routes and groups let out, behind the address of a node in a public subnet", async () => {
    const open: Configuration = {
      ...publicSubnets,
      ...ingressOf({ ip_protocol: "-1" }),
      aws_vpc_security_group_egress_rule: {
        all: {
          security_group_id: "${aws_security_group.nodes.id}",
          cidr_ipv4: "0.0.0.0/0",
          ip_protocol: "tcp",
          from_port: 443,
          to_port: 443,
        },
      },
    };
    expect(await notesOf(open)).toContain("AWS network, from pods to the internet: IPv4 (TCP 443), IPv6 (none)");
  });
});

import { ConnectionSet, PortSet } from "../../../engine";
import { type AwsNetwork, layersOf } from "../../../engine/aws-network";
import type { Endpoint, Workload } from "../../../engine/model";
import { layerMessage } from "../../../outputs/aws-network-sentences";
import { lint } from "../../../engine/lint";
import { evaluate } from "../../../engine/evaluation";
import { joinInputs, readInputs, toCluster } from "../../../inputs";
import { stackNames, synthesize } from "../../stacks/synthesized";
import { variants } from "../../stacks/variants";
import { type Configuration, smallNetwork, stackNetwork } from "./networks";

const workload = (name: string, more: Partial<Workload> = {}): Workload => ({
  kind: "Deployment",
  namespace: "shop",
  name,
  labels: {},
  ports: [],
  hostNetwork: false,
  ...more,
});
const end = (name: string, more?: Partial<Workload>): Endpoint => ({ kind: "workload", workload: workload(name, more) });
const address = (text: string): Endpoint => ({ kind: "address", address: text });
const http = ConnectionSet.of("TCP", PortSet.of(80));

const told = (network: AwsNetwork, from: Endpoint, to: Endpoint, connections = http): readonly string[] =>
  layersOf(network, { from, to, connections }).map((answer) => `${answer.layer} ${answer.outcome}: ${layerMessage(answer)}`);
const outcomes = (...parts: Parameters<typeof told>): readonly string[] => told(...parts).map((text) => text.split(":")[0] ?? "");

const everything = { rule_no: 100, action: "allow", protocol: "-1", cidr_block: "0.0.0.0/0", from_port: 0, to_port: 0 };
const acl = (ingress: readonly object[], egress: readonly object[]): Configuration => ({
  aws_network_acl: { a: { vpc_id: "${aws_vpc.main.id}", subnet_ids: ["${aws_subnet.a.id}"], ingress, egress } },
});
const ingressRule = (rule: object): Configuration => ({
  aws_vpc_security_group_ingress_rule: { self: { security_group_id: "${aws_security_group.nodes.id}", ...rule } },
});

describe("between pods", () => {
  test("our own stacks let everything through, in every layer", () => {
    expect(outcomes(stackNetwork(), end("a"), end("b"))).toEqual(["security-group allowed", "network-acl allowed", "routes allowed"]);
  });

  test("without a rule for its own members, the group of the nodes denies, and says so", () => {
    const network = smallNetwork(ingressRule({ cidr_ipv4: "192.168.0.0/16", ip_protocol: "-1" }));
    expect(told(network, end("a"), end("b"))[0]).toBe(
      "security-group denied: TCP 80, between pods on different nodes: no rule of `aws_security_group.nodes` at `aws_eks_node_group.nodes` lets it in; pods on one node are not affected",
    );
  });

  test("a rule that opens some ports answers for each part", () => {
    const rule = { referenced_security_group_id: "${aws_security_group.nodes.id}", ip_protocol: "tcp", from_port: 1025, to_port: 65_535 };
    const [denied, allowed] = told(smallNetwork(ingressRule(rule)), end("a"), end("b"), ConnectionSet.of("TCP", PortSet.of(80, 8080)));
    expect(denied).toContain("security-group denied: TCP 80-1024, ");
    expect(allowed).toContain("security-group allowed: TCP 1025-8080, ");
  });

  test("a network ACL of one subnet makes it depend on where pods run, and names the rule that denies", () => {
    const denied = { ...everything, rule_no: 90, action: "deny", protocol: "tcp", from_port: 80, to_port: 80 };
    const [, text = ""] = told(smallNetwork(acl([denied, everything], [everything])), end("a"), end("b"));
    expect(text).toContain("network-acl undecided: TCP 80, between pods on different nodes: it depends on where pods run: open for ");
    expect(text).toContain("`aws_network_acl.a` lets it");
  });

  test("pods known to be on one node are not asked about", () => {
    const pod = { name: "web-1", ips: [], node: "node-1" };
    const [from, to] = [end("a"), end("b")].map((each) => ({ ...each, pod }) as Endpoint) as [Endpoint, Endpoint];
    expect(told(smallNetwork(ingressRule({ cidr_ipv4: "192.168.0.0/16", ip_protocol: "-1" })), from, to)).toEqual([]);
  });

  test("a peer that is not known leaves it undecided, and says which", () => {
    const [text = ""] = told(smallNetwork(ingressRule({ prefix_list_id: "pl-0123", ip_protocol: "-1" })), end("a"), end("b"));
    expect(text).toMatch(/^security-group undecided: .*not known: the addresses of prefix list `pl-0123`$/);
  });
});

describe("between pods and addresses", () => {
  test("subnets without a route out deny at the routes alone", () => {
    const texts = told(smallNetwork(), end("a"), address("203.0.113.10"));
    expect(texts.map((text) => text.split(":")[0])).toEqual(["security-group allowed", "network-acl allowed", "routes denied"]);
    expect(texts[2]).toBe("routes denied: TCP 80: `aws_subnet.a` has no route there; `aws_subnet.b` has no route there");
  });

  test("a NAT gateway carries TCP and UDP, but not SCTP, and leads nowhere private", () => {
    const network = stackNetwork();
    const sctp = ConnectionSet.of("SCTP", PortSet.of(80));
    expect(outcomes(network, end("a"), address("203.0.113.10"))[2]).toBe("routes allowed");
    expect(told(network, end("a"), address("203.0.113.10"), sctp)[2]).toContain("translates only TCP and UDP");
    expect(outcomes(network, end("a"), address("192.168.7.7"))[2]).toBe("routes denied");
  });

  test("the internet reaches no pod, and a pod on its node's network only where nodes are public", () => {
    const network = stackNetwork();
    expect(told(network, address("203.0.113.10"), end("a"))[2]).toContain("pods have private IPv4 addresses");
    expect(outcomes(network, address("203.0.113.10"), end("a", { hostNetwork: true }))[2]).toBe("routes denied");
  });

  test("an address of the VPC has groups of its own, which are not known, unless the pods' own group closes already", () => {
    expect(outcomes(smallNetwork(), end("a"), address("10.0.1.1"))[0]).toBe("security-group undecided");
    expect(outcomes(smallNetwork(ingressRule({ cidr_ipv4: "192.168.0.0/16", ip_protocol: "-1" })), address("10.0.1.1"), end("a"))[0]).toBe(
      "security-group denied",
    );
  });

  test("the address of a Service is translated on the node: no route decides about it", () => {
    const clusterWith = (kubernetes_network_config: object): AwsNetwork =>
      smallNetwork({ aws_eks_cluster: { eks: { name: "eks", kubernetes_network_config } } });
    const given = clusterWith({ service_ipv4_cidr: "172.25.0.0/16" });
    expect(told(given, end("a"), address("172.25.0.1"))).toEqual([
      "routes undecided: TCP 80: `172.25.0.1` is the address of a Service, which nodes translate: the AWS network never sees it; not known: the pods behind `172.25.0.1`",
    ]);
    expect(outcomes(given, end("a"), address("172.20.0.1"))[2]).toBe("routes denied");
    for (const usual of ["172.20.0.1", "10.100.0.1"]) {
      expect(told(smallNetwork(), end("a"), address(usual))).toEqual([
        `routes undecided: TCP 80: \`${usual}\` may be the address of a Service, which nodes translate: the AWS network never sees it; not known: the range of the cluster's Services`,
      ]);
    }
    expect(outcomes(clusterWith({ ip_family: "ipv6" }), end("a"), address("fd12::a"))).toEqual(["routes undecided"]);
    expect(outcomes(clusterWith({ ip_family: "ipv6" }), end("a"), address("172.20.0.1"))).toContain("routes denied");
    const late = { service_ipv4_cidr: "${aws_ssm_parameter.range.value}" };
    const unread = smallNetwork({
      aws_ssm_parameter: { range: { name: "range", type: "String" } },
      aws_eks_cluster: { eks: { name: "eks", kubernetes_network_config: late } },
    });
    expect(outcomes(unread, end("a"), address("192.168.0.1"))).toEqual(["routes undecided"]);
    expect(outcomes(unread, end("a"), address("203.0.113.10"))[2]).toBe("routes denied");
  });

  test("an address of the VPC is no Service's, whatever EKS may choose", () => {
    const network = smallNetwork({ aws_vpc: { main: { cidr_block: "10.100.0.0/15" } } });
    expect(outcomes(network, end("a"), address("10.100.0.1"))[0]).toBe("security-group undecided");
  });

  test.each(Object.entries(variants))("addresses for documentation stand for the internet, with the settings of %s", (_, settings) => {
    const network = stackNetwork(settings);
    const carried = (text: string): string | undefined =>
      outcomes(network, end("a"), address(text)).find((each) => each.startsWith("routes"));
    for (const stranger of ["203.0.113.10", "192.0.2.1", "198.51.100.1"]) expect(carried(stranger)).toBe(carried("8.8.8.8"));
    expect(carried("2001:db8::10")).toBe(carried("2600::1"));
    expect([carried("2600::1"), carried("8.8.8.8")].sort()).toEqual(["routes allowed", "routes denied"]);
  });

  test("what never leaves a node is not asked about", () => {
    expect(told(smallNetwork(), end("a"), address("169.254.169.254"))).toEqual([]);
  });
});

test.each(Object.entries(variants))("no rule about the AWS network finds anything in our stacks with the settings of %s", (_, settings) => {
  const synthesized = synthesize(settings);
  const files = stackNames.map((name) => ({ file: `cdktf.out/stacks/${name}/cdk.tf.json`, text: synthesized[name].text }));
  const { after } = joinInputs(readInputs(files).value).value;
  const context = {
    evaluation: evaluate(toCluster(after.objects).value),
    changes: [],
    objects: after.objects,
    infrastructure: after.resources,
  };
  const { results } = lint(context);
  expect(results.filter(({ rule }) => /^VPC03|NP900/.test(rule.code)).map(({ message }) => message)).toEqual([]);
});

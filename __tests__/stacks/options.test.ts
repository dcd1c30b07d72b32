import { checkExpectations, evaluate } from "../../engine";
import { clusterDns, desired, expectationsAt } from "../../policies";
import { type protocols, type Cluster, type Workload } from "../../engine/model";
import { apiServerAddress, resolverAddresses, serviceCidr } from "../../stacks/service-range";
import { flow } from "../builders";
import { referenceOutcome } from "../reference/evaluator";
import { dependsOn, resource, synthesize, type Block, type Synthesized } from "./synthesized";
import { variants } from "./variants";

const vpcCni = (synthesized: Synthesized): Block => resource(synthesized.cluster, "aws_eks_addon", "vpc-cni");
const configuration = (synthesized: Synthesized): unknown => JSON.parse(vpcCni(synthesized).configuration_values as string);

describe("strict mode", () => {
  const strict = synthesize(variants.strict);

  test("is switched on where the agent reads it, as text", () => {
    expect(configuration(strict)).toEqual({ enableNetworkPolicy: "true", env: { NETWORK_POLICY_ENFORCING_MODE: "strict" } });
    expect(configuration(synthesize())).toEqual({ enableNetworkPolicy: "true" });
  });

  test("creates cluster DNS after its policy, in the stack that can write policies", () => {
    expect(Object.keys(strict.cluster.json.resource.aws_eks_addon ?? {}).some((name) => name.startsWith("coredns"))).toBe(false);
    const coredns = resource(strict.policies, "aws_eks_addon");
    expect(coredns).toMatchObject({ addon_name: "coredns", cluster_name: "netpol" });
    expect(dependsOn(coredns)).toEqual(["kubernetes_network_policy_v1.cluster-dns_policy"]);
    expect(strict.policies.json.provider).toHaveProperty("aws");
  });

  test("writes down the range of Services that the policy of cluster DNS relies on", () => {
    expect(resource(strict.cluster, "aws_eks_cluster").kubernetes_network_config).toEqual({ service_ipv4_cidr: "172.20.0.0/16" });
    expect(resource(synthesize().cluster, "aws_eks_cluster")).not.toHaveProperty("kubernetes_network_config");
    expect(resource(strict.policies, "kubernetes_network_policy_v1", "cluster-dns").spec).toEqual({
      pod_selector: { match_labels: { "k8s-app": "kube-dns" } },
      policy_types: ["Ingress", "Egress"],
      ingress: [
        {
          from: [{ namespace_selector: {}, pod_selector: {} }],
          ports: [
            { port: "53", protocol: "UDP" },
            { port: "53", protocol: "TCP" },
          ],
        },
      ],
      egress: [
        { to: [{ ip_block: { cidr: "172.20.0.1/32" } }], ports: [{ port: "443", protocol: "TCP" }] },
        {
          to: [{ ip_block: { cidr: "10.0.0.2/32" } }, { ip_block: { cidr: "169.254.169.253/32" } }],
          ports: [
            { port: "53", protocol: "UDP" },
            { port: "53", protocol: "TCP" },
          ],
        },
      ],
    });
  });

  test.each([
    ["10.0.0.0/16", "172.20.0.0/16", "172.20.0.1/32", "10.0.0.2/32"],
    ["10.100.0.0/16", "172.20.0.0/16", "172.20.0.1/32", "10.100.0.2/32"],
    ["172.20.0.0/16", "10.100.0.0/16", "10.100.0.1/32", "172.20.0.2/32"],
    ["192.168.240.0/20", "10.100.0.0/16", "10.100.0.1/32", "192.168.240.2/32"],
  ])("in a VPC of %s gives Services %s, which cannot overlap", (vpcCidr, services, api, resolver) => {
    expect([serviceCidr(vpcCidr), apiServerAddress(vpcCidr), resolverAddresses(vpcCidr)[0]]).toEqual([services, api, resolver]);
  });

  describe("by the rules of Kubernetes", () => {
    const dns: Workload = {
      kind: "Deployment",
      namespace: "kube-system",
      name: "coredns",
      labels: { "k8s-app": "kube-dns" },
      ports: [],
      hostNetwork: false,
    };
    // A caller with the right label in the wrong namespace.
    const stranger: Workload = { ...dns, kind: "Pod", namespace: "elsewhere", name: "nginx", labels: { app: "nginx" } };
    const wanted = desired(3, { isolateBothWays: true });
    const named = (name: string) => ({ name, labels: { "kubernetes.io/metadata.name": name } });
    const cluster: Cluster = {
      ...wanted,
      namespaces: [...wanted.namespaces, named("kube-system"), named("elsewhere")],
      workloads: [...wanted.workloads, stranger, dns],
      policies: [...wanted.policies, clusterDns({ apiServer: "172.20.0.1/32", resolvers: ["10.0.0.2/32"] })],
    };
    const outcome = (from: string, to: string, port: number, protocol: (typeof protocols)[number] = "TCP") =>
      referenceOutcome(cluster, flow(cluster, from, to, port, protocol));

    test.each(expectationsAt(3))("$id still holds", (expectation) => {
      expect(checkExpectations({ evaluation: evaluate(cluster) }, [expectation]).map(({ result }) => result)).toEqual(["passed"]);
    });

    test("every pod of the experiment resolves names, over UDP and over TCP, and reaches nothing else", () => {
      for (const from of ["frontend/nginx", "backend/nginx"]) {
        expect([outcome(from, "kube-system/coredns", 53, "UDP"), outcome(from, "kube-system/coredns", 53)]).toEqual(["allowed", "allowed"]);
        expect([outcome(from, "kube-system/coredns", 8080), outcome(from, "ip:203.0.113.10", 443)]).toEqual(["denied", "denied"]);
      }
    });

    test("cluster DNS reaches the API server and a resolver, and answers everybody", () => {
      const from = "kube-system/coredns";
      expect([outcome(from, "ip:172.20.0.1", 443), outcome(from, "ip:10.0.0.2", 53, "UDP"), outcome(from, "ip:10.0.0.2", 53)]).toEqual([
        "allowed",
        "allowed",
        "allowed",
      ]);
      expect([outcome(from, "ip:203.0.113.10", 53, "UDP"), outcome(from, "ip:172.20.0.1", 53, "UDP")]).toEqual(["denied", "denied"]);
      expect(outcome("elsewhere/nginx", from, 53, "UDP")).toBe("allowed");
    });

    test("every pod has a policy in both directions: what strict mode denies without one is written down", () => {
      for (const direction of ["ingress", "egress"] as const) {
        const isolated = new Set(cluster.policies.filter((policy) => policy[direction] !== undefined).map(({ namespace }) => namespace));
        expect(isolated).toEqual(new Set(["frontend", "backend", "kube-system"]));
      }
    });
  });
});

describe("policy event logs", () => {
  const logged = synthesize(variants["event logs"]);
  const policy = resource(logged.cluster, "aws_iam_policy");

  test("are switched on where the agent reads it, as text", () => {
    expect(configuration(logged)).toEqual({
      enableNetworkPolicy: "true",
      nodeAgent: { enablePolicyEventLogs: "true", enableCloudWatchLogs: "true" },
    });
  });

  test("may be written by the CNI's role to the cluster's log group, and to no other", () => {
    const group =
      "arn:${data.aws_partition.aws_partition.partition}:logs:us-west-2:${data.aws_caller_identity.aws_identity.account_id}:log-group:";
    const text = (policy.policy as string).replace(/_[0-9A-F]{8}\./g, ".");
    expect((JSON.parse(text) as { Statement: unknown }).Statement).toEqual([
      { Effect: "Allow", Action: ["logs:DescribeLogGroups"], Resource: [`${group}*`] },
      {
        Effect: "Allow",
        Action: ["logs:CreateLogGroup", "logs:CreateLogStream", "logs:PutLogEvents"],
        Resource: [`${group}/aws/eks/netpol/cluster`, `${group}/aws/eks/netpol/cluster:*`],
      },
    ]);
    expect(resource(logged.cluster, "aws_iam_role_policy_attachment", "event-logs").role).toBe(
      "${aws_iam_role.vpc-cni_role_E8E127BC.name}",
    );
    expect(dependsOn(vpcCni(logged))).toEqual([
      "aws_iam_role_policy_attachment.vpc-cni_role_policy",
      "aws_iam_role_policy_attachment.vpc-cni_event-logs_attachment",
    ]);
  });

  test("go to a group with a retention, and with a key of our own in the hardened profile", () => {
    expect(resource(logged.cluster, "aws_cloudwatch_log_group")).toMatchObject({ name: "/aws/eks/netpol/cluster", retention_in_days: 365 });
    const { cluster } = synthesize({ profile: "hardened", policyEventLogs: true });
    expect(resource(cluster, "aws_cloudwatch_log_group").kms_key_id).toMatch(/^\$\{aws_kms_key\.eks_encryption_key_[0-9A-F]{8}\.arn\}$/);
  });
});

describe("Pod Identity for the CNI", () => {
  const identity = synthesize(variants["pod identity"]);
  const role = resource(identity.cluster, "aws_iam_role", "vpc-cni");

  test("gives the role to the add-on's service account by an association, not by IRSA", () => {
    expect(vpcCni(identity).pod_identity_association).toEqual([
      { role_arn: "${aws_iam_role.vpc-cni_role_E8E127BC.arn}", service_account: "aws-node" },
    ]);
    expect(vpcCni(identity)).not.toHaveProperty("service_account_role_arn");
  });

  test("lets only aws-node of this cluster take the role", () => {
    expect(JSON.parse(role.assume_role_policy as string)).toEqual({
      Version: "2012-10-17",
      Statement: [
        {
          Effect: "Allow",
          Principal: { Service: "pods.eks.amazonaws.com" },
          Action: ["sts:AssumeRole", "sts:TagSession"],
          Condition: {
            StringEquals: {
              "aws:RequestTag/kubernetes-namespace": "kube-system",
              "aws:RequestTag/kubernetes-service-account": "aws-node",
              "aws:RequestTag/eks-cluster-arn": "${aws_eks_cluster.eks_cluster_55B0C966.arn}",
            },
          },
        },
      ],
    });
  });

  test("orders the agent, the CNI, nodes", () => {
    expect(resource(identity.cluster, "aws_eks_addon", "pod-identity-agent").addon_name).toBe("eks-pod-identity-agent");
    expect(dependsOn(vpcCni(identity))).toEqual([
      "aws_iam_role_policy_attachment.vpc-cni_role_policy",
      "aws_eks_addon.pod-identity-agent_addon",
    ]);
    expect(dependsOn(resource(identity.cluster, "aws_eks_node_group"))).toEqual(
      expect.arrayContaining(["aws_eks_addon.vpc-cni_addon", "aws_eks_addon.pod-identity-agent_addon"]),
    );
    expect(resource(identity.cluster, "aws_eks_addon", "pod-identity-agent")).not.toHaveProperty("depends_on");
  });
});

describe("an IPv6 cluster", () => {
  const ipv6 = synthesize(variants.IPv6);
  const of = (type: string, side: string): Block[] =>
    Object.entries(ipv6.network.json.resource[type] ?? {})
      .filter(([name]) => name.startsWith(side))
      .map(([, block]) => block);

  test("is asked for, and the CNI leaves pods no second way out", () => {
    expect(resource(ipv6.cluster, "aws_eks_cluster").kubernetes_network_config).toEqual({ ip_family: "ipv6" });
    expect(configuration(ipv6)).toEqual({ enableNetworkPolicy: "true", env: { ENABLE_V4_EGRESS: "false" } });
  });

  test("lives in a VPC that has IPv6, in subnets of which no two have one range", () => {
    expect(resource(ipv6.network, "aws_vpc")).toMatchObject({ assign_generated_ipv6_cidr_block: true, cidr_block: "10.0.0.0/16" });
    const subnets = of("aws_subnet", "");
    expect(subnets).toHaveLength(6);
    expect(subnets.every((subnet) => subnet.assign_ipv6_address_on_creation === true)).toBe(true);
    expect(subnets.map((subnet) => subnet.ipv6_cidr_block)).toEqual(
      [0, 1, 2, 240, 241, 242].map((number) => `\${cidrsubnet(aws_vpc.vpc.ipv6_cidr_block, 8, ${number})}`),
    );
  });

  test("lets private subnets out, and nobody in", () => {
    const out = of("aws_route", "private_ipv6");
    expect(out).toHaveLength(3);
    for (const route of out) {
      expect(route).toMatchObject({
        destination_ipv6_cidr_block: "::/0",
        egress_only_gateway_id: "${aws_egress_only_internet_gateway.ipv6-gateway.id}",
      });
      expect(route).not.toHaveProperty("gateway_id");
    }
    expect(of("aws_route", "public_internet-ipv6")).toMatchObject([
      { destination_ipv6_cidr_block: "::/0", gateway_id: "${aws_internet_gateway.internet-gateway.id}" },
    ]);
  });

  test("gives the CNI a policy for IPv6, for AWS keeps none", () => {
    expect(resource(ipv6.cluster, "aws_iam_role_policy_attachment", "vpc-cni").policy_arn).toMatch(
      /^\$\{aws_iam_policy\.vpc-cni_ipv6-policy_/,
    );
    const { Statement } = JSON.parse(resource(ipv6.cluster, "aws_iam_policy").policy as string) as {
      Statement: { Action: string[]; Resource: string[] }[];
    };
    expect(Statement.flatMap(({ Action }) => Action).sort()).toEqual([
      "ec2:AssignIpv6Addresses",
      "ec2:CreateTags",
      "ec2:DescribeInstanceTypes",
      "ec2:DescribeInstances",
      "ec2:DescribeNetworkInterfaces",
      "ec2:DescribeTags",
    ]);
    const writing = Statement.filter(({ Action }) => Action.some((action) => !action.includes(":Describe")));
    expect(writing.map(({ Resource }) => Resource)).toEqual([[expect.stringMatching(/^arn:.*:network-interface\/\*$/)]]);
    expect(JSON.stringify(ipv6.cluster.json)).not.toContain("AmazonEKS_CNI_Policy");
  });
});

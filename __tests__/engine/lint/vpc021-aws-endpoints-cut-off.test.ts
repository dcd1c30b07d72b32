import { policy } from "./lint-yaml";
import { deployment, eks, service, vpcFindings } from "./vpc-lint";

const client = deployment("shop", "client", { app: "client" }, [], { serviceAccountName: "client" });
const egress = (rules: string) => policy("shop", "client", `{ podSelector: {}, policyTypes: [Egress], egress: ${rules} }`);
const association = eks({
  more: { aws_eks_pod_identity_association: { client: { cluster_name: "shop", namespace: "shop", service_account: "client" } } },
});

test("a workload with a role by Pod Identity must reach the agent", () => {
  expect(vpcFindings("VPC021", client + egress("[]"), association)).toMatchObject([
    {
      severity: "warning",
      subject: { name: "client" },
      witness: { flow: { to: { address: "169.254.170.23" }, port: 80 }, verdict: { outcome: "denied" } },
    },
  ]);
  expect(
    vpcFindings("VPC021", client + egress("[{ to: [{ ipBlock: { cidr: 169.254.170.23/32 } }], ports: [{ port: 80 }] }]"), association),
  ).toEqual([]);
  expect(vpcFindings("VPC021", client + egress("[]"))).toEqual([]);
});

test("one with a role by IRSA must reach STS", () => {
  const account = `${JSON.stringify({ apiVersion: "v1", kind: "ServiceAccount", metadata: { namespace: "shop", name: "client", annotations: { "eks.amazonaws.com/role-arn": "arn:aws:iam::111122223333:role/client" } } })}\n---\n`;
  expect(vpcFindings("VPC021", client + account + egress("[]"))).toMatchObject([{ witness: { flow: { port: 443 } } }]);
  expect(vpcFindings("VPC021", client + account + egress("[{ ports: [{ port: 443 }] }]"))).toEqual([]);
});

describe("STS", () => {
  const account = `${JSON.stringify({ apiVersion: "v1", kind: "ServiceAccount", metadata: { namespace: "shop", name: "client", annotations: { "eks.amazonaws.com/role-arn": "arn:aws:iam::111122223333:role/client" } } })}\n---\n`;
  const found = (rules: string, infrastructure?: string) => vpcFindings("VPC021", client + account + egress(rules), infrastructure);
  const to = (cidr: string) => `[{ to: [{ ipBlock: { cidr: ${cidr} } }], ports: [{ port: 443 }] }]`;

  test("may have an address in the VPC, or any of the internet that is open, and none of a Service or of the node", () => {
    for (const cidr of ["10.0.0.0/16", "52.94.0.0/16"]) expect(found(to(cidr))).toEqual([]);
    for (const cidr of ["172.20.0.1/32", "169.254.0.0/16"]) expect(found(to(cidr))).toHaveLength(1);
    const ranged = eks({ cluster: { kubernetes_network_config: { service_ipv4_cidr: "10.50.0.0/16" } } });
    expect(found(to("10.50.0.1/32"), ranged)).toHaveLength(1);
    expect(found(to("172.20.0.1/32"), ranged)).toEqual([]);
  });

  test("is called by IPv4 from an IPv6 cluster, which no policy sees, unless that way is closed", () => {
    const ipv6 = (egressByIpv4: string) =>
      eks({
        cluster: { kubernetes_network_config: { ip_family: "ipv6" } },
        configuration: { enableNetworkPolicy: "true", env: { ENABLE_V4_EGRESS: egressByIpv4 } },
      });
    expect(found("[]", ipv6("true"))).toEqual([]);
    expect(found("[]", ipv6("false"))).toMatchObject([{ witness: { flow: { to: { address: "3fff::10" }, port: 443 } } }]);
  });
});

test("pods that a load balancer calls must let its subnets in", () => {
  const annotations = { "service.beta.kubernetes.io/aws-load-balancer-nlb-target-type": "ip" };
  const web =
    deployment("shop", "web") +
    service("shop", "web", { app: "web" }, ["80"], { type: "LoadBalancer" }).replace(
      '"name":"web"}',
      `"name":"web","annotations":${JSON.stringify(annotations)}}`,
    );
  const subnets = eks({
    more: { aws_subnet: { a: { vpc_id: "vpc-1", cidr_block: "10.0.1.0/24" }, b: { vpc_id: "vpc-1", cidr_block: "10.0.2.0/24" } } },
  });
  const ingress = (rules: string) =>
    policy("shop", "web", `{ podSelector: { matchLabels: { app: web } }, policyTypes: [Ingress], ingress: ${rules} }`);
  expect(vpcFindings("VPC021", web + ingress("[]"), subnets)).toMatchObject([
    { subject: { name: "web" }, witness: { flow: { from: { address: "10.0.1.0" }, port: 80 } } },
  ]);
  expect(vpcFindings("VPC021", web + ingress("[{ from: [{ ipBlock: { cidr: 10.0.2.0/24 } }] }]"), subnets)).toEqual([]);
});

describe("the API server", () => {
  const binding = (kind: string, name = "client") =>
    `${JSON.stringify({ apiVersion: "rbac.authorization.k8s.io/v1", kind, metadata: { namespace: "shop", name: "reads" }, roleRef: { kind: "Role", name: "reads" }, subjects: [{ kind: "ServiceAccount", namespace: "shop", name }] })}\n---\n`;

  test.each(["RoleBinding", "ClusterRoleBinding"])("must be in reach of pods whose account a %s grants something", (kind) => {
    const found = vpcFindings("VPC021", client + binding(kind) + egress("[]"));
    expect(found).toMatchObject([{ subject: { name: "client" }, key: "default/kubernetes", because: [{ name: "client" }] }]);
    expect(found[0]?.message).toContain(`because of ${kind} \`reads\``);
  });

  test("is not asked for by pods without a token, by another's account, or where nothing is granted", () => {
    const silent = deployment("shop", "client", { app: "client" }, [], {
      serviceAccountName: "client",
      automountServiceAccountToken: false,
    });
    expect(vpcFindings("VPC021", silent + binding("RoleBinding") + egress("[]"))).toEqual([]);
    expect(vpcFindings("VPC021", client + binding("RoleBinding", "other") + egress("[]"))).toEqual([]);
    expect(vpcFindings("VPC021", client + egress("[]"))).toEqual([]);
  });

  test("is in reach by the Service range, by what the VPC CNI takes in with `default`, and not by addresses of its nodes", () => {
    const found = (rule: string, infrastructure?: string) =>
      vpcFindings("VPC021", client + binding("RoleBinding") + egress(`[{ to: [${rule}] }]`), infrastructure);
    const ranged = eks({ cluster: { kubernetes_network_config: { service_ipv4_cidr: "172.21.0.0/16" } } });
    expect(found("{ ipBlock: { cidr: 172.21.0.0/16 } }", ranged)).toEqual([]);
    expect(found("{ ipBlock: { cidr: 10.0.0.0/16 } }", ranged)).toHaveLength(1);
    expect(found("{ namespaceSelector: {} }", ranged)).toEqual([]);
    expect(found("{ podSelector: {} }", ranged)).toHaveLength(1);
  });
});

describe("the instance metadata service", () => {
  const aws = (env: readonly string[], more: Readonly<Record<string, unknown>> = {}) =>
    deployment("shop", "client", { app: "client" }, [], {
      containers: [{ name: "app", image: "app", env: env.map((name) => ({ name, value: "x" })) }],
      ...more,
    });

  test("must be in reach of pods that are told a region and have neither a role nor credentials", () => {
    expect(vpcFindings("VPC021", aws(["AWS_REGION"]) + egress("[]"))).toMatchObject([
      { severity: "info", witness: { flow: { to: { address: "169.254.169.254" }, port: 80 } } },
    ]);
    expect(vpcFindings("VPC021", aws(["AWS_REGION"]) + egress("[{}]"))).toEqual([]);
  });

  test("is nothing to pods with credentials, or whose account somebody else may give a role", () => {
    expect(vpcFindings("VPC021", aws(["AWS_REGION", "AWS_ACCESS_KEY_ID"]) + egress("[]"))).toEqual([]);
    expect(vpcFindings("VPC021", aws(["PATH"]) + egress("[]"))).toEqual([]);
    expect(vpcFindings("VPC021", aws(["AWS_REGION"], { serviceAccountName: "elsewhere" }) + egress("[]"))).toEqual([]);
    expect(vpcFindings("VPC021", aws(["AWS_REGION"], { serviceAccountName: "client" }) + egress("[]"), association)).toMatchObject([
      { severity: "warning", witness: { flow: { to: { address: "169.254.170.23" } } } },
    ]);
  });
});

describe("NodeLocal DNSCache", () => {
  const cache = (args: readonly string[]) =>
    deployment("kube-system", "node-local-dns", { "k8s-app": "node-local-dns" }, [], {
      hostNetwork: true,
      containers: [{ name: "node-cache", image: "registry.k8s.io/dns/k8s-dns-node-cache:1.23.1", args }],
    }).replace('"Deployment"', '"DaemonSet"');

  test("must be in reach where it answers at its own address only", () => {
    const found = (rule: string) => vpcFindings("VPC021", cache(["-localip", "169.254.20.10"]) + client + egress(rule));
    expect(found("[]")).toMatchObject([{ witness: { flow: { to: { address: "169.254.20.10" }, protocol: "UDP", port: 53 } } }]);
    expect(found("[{ ports: [{ port: 53, protocol: UDP }] }]")[0]?.message).toContain("`169.254.20.10 TCP 53`");
    expect(found("[{ ports: [{ port: 53, protocol: UDP }, { port: 53 }] }]")).toEqual([]);
  });

  test("is nothing to pods that ask the DNS Service as ever", () => {
    expect(vpcFindings("VPC021", cache(["-localip", "169.254.20.10,172.20.0.10"]) + client + egress("[]"))).toEqual([]);
  });
});

describe("callers in the VPC's subnets", () => {
  const subnets = eks({ more: { aws_subnet: { a: { vpc_id: "vpc-1", cidr_block: "10.0.1.0/24" } } } });
  const hook = `${JSON.stringify({ apiVersion: "admissionregistration.k8s.io/v1", kind: "ValidatingWebhookConfiguration", metadata: { name: "policy" }, webhooks: [{ name: "a", clientConfig: { service: { namespace: "shop", name: "web" } } }] })}\n---\n`;
  const web = deployment("shop", "web", { app: "web" }, ["https TCP 8443"]) + service("shop", "web", { app: "web" }, ["443:8443"]);
  const ingress = (cidr: string) =>
    policy(
      "shop",
      "web",
      `{ podSelector: { matchLabels: { app: web } }, policyTypes: [Ingress], ingress: [{ from: [{ ipBlock: { cidr: ${cidr} } }] }] }`,
    );

  test("include the control plane, where a webhook lets in other addresses than theirs", () => {
    const found = vpcFindings("VPC021", web + hook + ingress("192.168.0.0/16"), subnets);
    expect(found).toMatchObject([{ subject: { name: "web" }, witness: { flow: { from: { address: "10.0.1.0" }, port: 8443 } } }]);
    expect(found[0]?.message).toMatch(/^the control plane, because of ValidatingWebhookConfiguration `policy`, calls/);
    expect(vpcFindings("VPC021", web + hook + ingress("10.0.0.0/16"), subnets)).toEqual([]);
  });

  test("a webhook that lets in nobody is left to NP305", () => {
    const closed = policy("shop", "web", "{ podSelector: { matchLabels: { app: web } }, policyTypes: [Ingress] }");
    expect(vpcFindings("VPC021", web + hook + closed, subnets)).toEqual([]);
  });

  test("include health checks on a port of their own", () => {
    const entry = `${JSON.stringify({
      apiVersion: "networking.k8s.io/v1",
      kind: "Ingress",
      metadata: {
        namespace: "shop",
        name: "web",
        annotations: { "alb.ingress.kubernetes.io/target-type": "ip", "alb.ingress.kubernetes.io/healthcheck-port": "9000" },
      },
      spec: { defaultBackend: { service: { name: "web", port: { number: 443 } } } },
    })}\n---\n`;
    const served = policy(
      "shop",
      "web",
      "{ podSelector: { matchLabels: { app: web } }, policyTypes: [Ingress], ingress: [{ from: [{ ipBlock: { cidr: 10.0.0.0/8 } }], ports: [{ port: 8443 }] }] }",
    );
    const found = vpcFindings("VPC021", web + entry + served, subnets);
    expect(found.map(({ message }) => message)).toEqual([
      "the health check of the load balancer of `shop/web` calls the pods from the subnets it is in, and none of these is let in on TCP 9000",
    ]);
    expect(vpcFindings("VPC021", web + entry + ingress("10.0.0.0/8"), subnets)).toEqual([]);
  });
});

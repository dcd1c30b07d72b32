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

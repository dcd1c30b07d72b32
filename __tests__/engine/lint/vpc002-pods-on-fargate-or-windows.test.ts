import { policy } from "./lint-yaml";
import { deployment, eks, vpcFindings } from "./vpc-lint";

const closed = policy("shop", "web", "{ podSelector: { matchLabels: { app: web } }, policyTypes: [Ingress] }");
const found = (manifests: string, more: Record<string, unknown> = {}) => vpcFindings("VPC002", manifests + closed, eks({ more }));
const fargate = (selector: unknown) => ({ aws_eks_fargate_profile: { all: { cluster_name: "shop", selector } } });

test("pods that a Fargate profile selects are reported, with traffic that gets through", () => {
  const findings = found(deployment("shop", "web"), fargate({ namespace: "sh*", labels: { app: "web" } }));
  expect(findings).toMatchObject([
    { severity: "error", subject: { kind: "Deployment", name: "web" }, witness: { verdict: { outcome: "denied" } } },
  ]);
});

test("pods of other namespaces and labels are not, nor those that no policy selects", () => {
  expect(found(deployment("shop", "web"), fargate([{ namespace: "shop", labels: { app: "api" } }, { namespace: "batch" }]))).toEqual([]);
  expect(found(deployment("shop", "api"), fargate({ namespace: "shop" }))).toEqual([]);
});

test("a selector that is not known is undecided", () => {
  expect(found(deployment("shop", "web"), fargate({ namespace: "${aws_eks_cluster.shop.arn}" }))).toMatchObject([{ severity: "info" }]);
});

test("pods that ask for Windows are reported, and all pods where there are no other nodes", () => {
  const windows = deployment("shop", "web", { app: "web" }, [], { nodeSelector: { "kubernetes.io/os": "windows" } });
  expect(found(windows)).toMatchObject([{ severity: "error" }]);
  const onlyWindows = {
    aws_eks_node_group: { nodes: { cluster_name: "shop", ami_type: "WINDOWS_CORE_2022_x86_64", depends_on: ["aws_eks_addon.cni"] } },
  };
  expect(found(deployment("shop", "web"), onlyWindows)).toMatchObject([{ severity: "error" }]);
  expect(found(deployment("shop", "web", { app: "web" }, [], { nodeSelector: { "kubernetes.io/os": "linux" } }), onlyWindows)).toEqual([]);
});

import { policy } from "./lint-yaml";
import { deployment, eks, service, vpcFindings } from "./vpc-lint";

/** A workload of a plan; `app` may be known only after apply. */
const workload = (type: string, name: string, app: string, spec: Readonly<Record<string, unknown>> = {}) => ({
  [type]: {
    [name.replaceAll("-", "_")]: {
      metadata: { namespace: "shop", name, labels: { app } },
      spec: {
        selector: { match_labels: { app } },
        template: {
          metadata: { labels: { app } },
          spec: { container: [{ name: "app", image: "nginx", port: [{ container_port: 8080 }] }], ...spec },
        },
      },
    },
  },
});
const onlyAfterApply = "${aws_eks_cluster.shop.arn}";
const closed = policy("shop", "web", "{ podSelector: { matchLabels: { app: web } }, policyTypes: [Ingress] }");

/** What a rule says of a workload whose label is known, and of one whose label is not: error, and worth knowing. */
const severities = (code: string, make: (app: string) => Readonly<Record<string, unknown>>, manifests = "") =>
  ["web", onlyAfterApply].map((app) => vpcFindings(code, manifests + closed, eks({ more: make(app) })).map(({ severity }) => severity));

test("pods on Fargate that a policy may select are worth knowing, and no error", () => {
  const fargate = { aws_eks_fargate_profile: { all: { cluster_name: "shop", selector: { namespace: "shop" } } } };
  expect(severities("VPC002", (app) => ({ ...fargate, ...workload("kubernetes_deployment_v1", "web", app) }))).toEqual([
    ["error"],
    ["info"],
  ]);
});

test("so are pods on the host network", () => {
  expect(severities("VPC015", (app) => workload("kubernetes_deployment_v1", "web", app, { host_network: true }))).toEqual([
    ["error"],
    ["info"],
  ]);
});

test("so are workloads of one identifier, where a label decides whether their policies differ", () => {
  const agent = deployment("shop", "web", { app: "agent" }).replace('"Deployment"', '"DaemonSet"');
  const found = severities("VPC003", (app) => workload("kubernetes_stateful_set_v1", "web", app), agent);
  expect(found).toEqual([
    ["error", "error"],
    ["info", "info"],
  ]);
});

test("so is a Service with another port than its pods", () => {
  const front = service("shop", "web", { tier: "front" }, ["80:8080"]);
  const labelled = (app: string) => {
    const made = workload("kubernetes_deployment_v1", "web", app).kubernetes_deployment_v1?.web;
    const template = { ...made?.spec.template, metadata: { labels: { app, tier: "front" } } };
    return { kubernetes_deployment_v1: { web: { ...made, spec: { ...made?.spec, template } } } };
  };
  expect(severities("VPC006", labelled, front)).toEqual([["error"], ["info"]]);
});

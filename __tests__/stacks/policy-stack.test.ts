import { readFileSync } from "node:fs";
import { join } from "node:path";
import { addresses, dependsOn, resource, synthesize, type Block } from "./synthesized";

interface Created {
  readonly netpol: { readonly source: { readonly file: string; readonly line: number } };
}

const sourceOf = (policy: Block) => (policy["//"] as Created).netpol.source;

describe("the policies stack", () => {
  const { policies } = synthesize();
  const defaultDeny = resource(policies, "kubernetes_network_policy_v1", "default-deny-ingress");
  const allowFront = resource(policies, "kubernetes_network_policy_v1", "netpol-allow-nginx-front");

  test("keeps its addresses: they are where the state finds things", () => {
    expect(addresses(policies)).toEqual([
      "kubernetes_deployment_v1.namespaces_backend_Workloads_nginx_968E135C",
      "kubernetes_deployment_v1.namespaces_frontend_Workloads_nginx_43D38DA0",
      "kubernetes_namespace_v1.namespaces_backend_Namespace_A4422A45",
      "kubernetes_namespace_v1.namespaces_frontend_Namespace_566676FD",
      "kubernetes_network_policy_v1.namespaces_backend_default-deny-ingress_3953B642",
      "kubernetes_network_policy_v1.namespaces_backend_netpol-allow-nginx-front_C2236E24",
      "kubernetes_service_v1.namespaces_backend_Services_nginx_4624E7A9",
      "kubernetes_service_v1.namespaces_frontend_Services_nginx_50AAFFED",
    ]);
  });

  test("denies all ingress of backend", () => {
    expect(defaultDeny.metadata).toEqual({ name: "default-deny-ingress", namespace: "backend" });
    expect(defaultDeny.spec).toEqual({ pod_selector: {}, policy_types: ["Ingress"] });
  });

  test("lets nginx pods of frontend in, by one peer that asks for both", () => {
    expect(allowFront.metadata).toEqual({ name: "netpol-allow-nginx-front", namespace: "backend" });
    expect(allowFront.spec).toEqual({
      pod_selector: {},
      ingress: [
        {
          from: [
            {
              pod_selector: { match_labels: { app: "nginx" } },
              namespace_selector: { match_labels: { "kubernetes.io/metadata.name": "frontend" } },
            },
          ],
        },
      ],
      policy_types: ["Ingress"],
    });
  });

  test.each([
    [1, []],
    [2, ["default-deny-ingress"]],
    [3, ["default-deny-ingress", "netpol-allow-nginx-front"]],
  ])("has at step %i the policies %j, each at the same address", (step, names) => {
    const stack = synthesize({ step }).policies;
    const policyAddresses = addresses(stack).filter((address) => address.startsWith("kubernetes_network_policy_v1"));
    expect(policyAddresses).toHaveLength(names.length);
    for (const [index, address] of policyAddresses.entries()) expect(address).toContain(`namespaces_backend_${names[index]}_`);
    expect(addresses(policies)).toEqual(expect.arrayContaining(addresses(stack)));
  });

  test("creates policies before the workloads they protect, and so destroys them after", () => {
    const backend = resource(policies, "kubernetes_deployment_v1", "backend");
    expect(dependsOn(backend)).toEqual([
      "kubernetes_namespace_v1.namespaces_backend_Namespace",
      "kubernetes_network_policy_v1.namespaces_backend_default-deny-ingress",
      "kubernetes_network_policy_v1.namespaces_backend_netpol-allow-nginx-front",
    ]);
    expect(dependsOn(resource(policies, "kubernetes_deployment_v1", "frontend"))).toEqual([
      "kubernetes_namespace_v1.namespaces_frontend_Namespace",
    ]);
    for (const policy of [defaultDeny, allowFront]) {
      expect(dependsOn(policy)).toEqual(["kubernetes_namespace_v1.namespaces_backend_Namespace"]);
    }
  });

  test.each(["frontend", "backend"])("runs one nginx in %s, behind a Service on the same port", (namespace) => {
    const deployment = resource(policies, "kubernetes_deployment_v1", namespace);
    expect(deployment.metadata).toEqual({ name: "nginx", namespace, labels: { app: "nginx" } });
    expect(deployment.spec).toMatchObject({
      replicas: "1",
      selector: { match_labels: { app: "nginx" } },
      template: {
        metadata: { labels: { app: "nginx" } },
        spec: { host_network: false, container: [{ image: "nginx:1.27", port: [{ container_port: 80, protocol: "TCP" }] }] },
      },
    });
    const service = resource(policies, "kubernetes_service_v1", namespace);
    expect(service.metadata).toEqual({ name: "nginx", namespace });
    expect(service.spec).toEqual({
      type: "ClusterIP",
      selector: { app: "nginx" },
      port: [{ port: 80, protocol: "TCP", target_port: "80" }],
    });
  });

  test("leaves the label of a namespace's name to the API server", () => {
    expect(resource(policies, "kubernetes_namespace_v1", "backend").metadata).toEqual({ name: "backend" });
  });

  test("asks the AWS command line for a token each time", () => {
    const [provider] = policies.json.provider.kubernetes ?? [];
    expect(provider?.exec).toEqual([
      {
        api_version: "client.authentication.k8s.io/v1beta1",
        command: "aws",
        args: ["eks", "get-token", "--cluster-name", "netpol", "--region", "us-west-2", "--output", "json"],
      },
    ]);
    expect(provider).not.toHaveProperty("token");
    expect(provider?.host).toMatch(/^\$\{data\.terraform_remote_state\.cross-stack-reference-input-cluster\.outputs\..*endpoint\}$/);
    expect(provider?.cluster_ca_certificate).toMatch(/^\$\{base64decode\(data\.terraform_remote_state\./);
  });

  test.each([
    ["default-deny-ingress", defaultDeny],
    ["netpol-allow-nginx-front", allowFront],
  ])("remembers the line of the source that declares %s", (name, policy) => {
    const { file, line } = sourceOf(policy);
    const lines = readFileSync(join(__dirname, "..", "..", file), "utf8").split("\n");
    expect(lines[line - 1]).toMatch(/^export const \w+ = declared\(\{$/);
    expect(lines.slice(line, line + 3).join("\n")).toContain(`name: "${name}"`);
  });
});

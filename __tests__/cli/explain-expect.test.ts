import { folderWith, removeFolders } from "./folders";
import { netpol } from "./netpol";

afterAll(removeFolders);

const pod = (name: string): object => ({
  apiVersion: "v1",
  kind: "Pod",
  metadata: { namespace: "shop", name, labels: { app: name } },
  spec: { containers: [{ name: "main", image: "nginx" }] },
});
const policy = (ports: readonly object[]): object => ({
  apiVersion: "networking.k8s.io/v1",
  kind: "NetworkPolicy",
  metadata: { namespace: "shop", name: "only-80" },
  spec: { podSelector: {}, policyTypes: ["Ingress"], ingress: [{ ports }] },
});

/** A cluster of which the input says whether policies are enforced. */
const cluster = (configuration: string | undefined): object => ({
  resource: {
    aws_eks_cluster: { eks: { name: "eks" } },
    aws_eks_addon: {
      cni: {
        cluster_name: "${aws_eks_cluster.eks.name}",
        addon_name: "vpc-cni",
        addon_version: "v1.20.4-eksbuild.2",
        ...(configuration === undefined ? {} : { configuration_values: configuration }),
      },
    },
  },
  variable: { policies: { type: "string" } },
});

const asked = async (configuration: string | undefined, port: number, expected: string): Promise<number> => {
  const items = [{ apiVersion: "v1", kind: "Namespace", metadata: { name: "shop" } }, pod("web"), pod("api"), policy([{ port: 80 }])];
  const shop = folderWith({ "shop.json": { apiVersion: "v1", kind: "List", items }, "eks.tf.json": cluster(configuration) });
  return (await netpol("explain", "shop/web", `shop/api:${String(port)}`, shop, "--expect", expected)).code;
};
const enabled = '{"enableNetworkPolicy":"true"}';
const notKnown = "${var.policies}";

describe("`explain --expect` counts what is enforced, where the input shows it", () => {
  test.each([
    ["a policy that is enforced denies", enabled, 81, "denied", 0],
    ["a policy that is not enforced denies nothing", undefined, 81, "denied", 1],
    ["one that is perhaps enforced leaves it undecided", notKnown, 81, "denied", 3],
    ["what it allows is allowed", undefined, 80, "allowed", 0],
    ["what it allows is allowed where it is enforced", enabled, 80, "allowed", 0],
    ["what it allows is not denied", enabled, 80, "denied", 1],
    ["that it is not enforced makes nothing as it is meant", undefined, 81, "allowed", 1],
  ])("%s", async (_, configuration, port, expected, code) => {
    expect(await asked(configuration, port, expected)).toBe(code);
  });
});

import { policy } from "./lint-yaml";
import { deployment, eks, vpcFindings } from "./vpc-lint";

const set = (namespace: string, name: string) => deployment(namespace, name).replace('"Deployment"', '"StatefulSet"');
const both = set("shop", "web-a") + set("a-shop", "web");
const closed = policy("shop", "closed", "{ podSelector: {}, policyTypes: [Ingress] }");
const found = (version: string, manifests = both + closed) => vpcFindings("VPC004", manifests, eks({ addon: { addon_version: version } }));

test("names that make one text with their namespaces are reported at both, before the release that tells them apart", () => {
  expect(found("v1.22.3-eksbuild.1").map(({ severity, subject }) => `${severity} ${subject.namespace ?? ""}`)).toEqual([
    "warning a-shop",
    "warning shop",
  ]);
  expect(found("v1.22.4-eksbuild.1")).toEqual([]);
});

test("with a version that is not known they are worth knowing, and no more", () => {
  expect(found("${aws_eks_cluster.shop.platform_version}").map(({ severity }) => severity)).toEqual(["info", "info"]);
});

test("nothing is reported without a policy for one of the two", () => {
  expect(found("v1.22.3-eksbuild.1", both)).toEqual([]);
});

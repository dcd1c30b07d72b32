import { cluster } from "../../builders";
import { evaluate } from "../../../engine/evaluation";
import { np113DeprecatedClusterPolicy } from "../../../engine/lint/rules/np113-deprecated-cluster-policy";
import { deployment, vpcFindings } from "./vpc-lint";

const found = (kind: "ClusterNetworkPolicy" | "AdminNetworkPolicy" | "BaselineAdminNetworkPolicy") =>
  np113DeprecatedClusterPolicy.check({
    evaluation: evaluate(
      cluster()
        .clusterPolicy("p", { kind, tier: kind.startsWith("B") ? "Baseline" : "Admin" })
        .build(),
    ),
    changes: [],
    objects: [],
  });

test("the kinds that were replaced are reported, with the tier to write", () => {
  expect(found("AdminNetworkPolicy")[0]?.advice).toContain("`tier: Admin`");
  expect(found("BaselineAdminNetworkPolicy")[0]?.advice).toContain("`tier: Baseline`");
});

test("the kind that replaced them is not", () => {
  expect(found("ClusterNetworkPolicy")).toEqual([]);
});

test("on EKS the advice is a kind that the VPC CNI reads", () => {
  const policy = `{ apiVersion: policy.networking.k8s.io/v1alpha1, kind: AdminNetworkPolicy, metadata: { name: guard }, spec: { priority: 10, subject: { namespaces: {} },
    ingress: [{ name: no, action: Deny, from: [{ namespaces: {} }] }] } }\n---\n`;
  const [finding] = vpcFindings("NP113", deployment("shop", "web") + policy);
  expect(finding?.advice).toContain("`networking.k8s.aws/v1alpha1`");
  const [beside] = vpcFindings("NP113", deployment("shop", "web") + deployment("kube-system", "calico-node") + policy);
  expect(beside?.advice).toContain("`tier: Admin`");
});

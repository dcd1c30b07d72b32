import { cluster } from "../../builders";
import { evaluate } from "../../../engine/evaluation";
import { np113DeprecatedClusterPolicy } from "../../../engine/lint/rules/np113-deprecated-cluster-policy";

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

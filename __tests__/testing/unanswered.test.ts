/** What cannot be decided, and what speaks of nobody, fails a matcher and its negation. */
import { join } from "node:path";
import { clusterFrom, clusterFromSynth, clustersFrom, internet, netpolMatchers, ns, pods } from "../../testing";
import "../../testing/jest";

const manifests = join(__dirname, "..", "fixtures", "manifests");
const plans = join(__dirname, "..", "fixtures", "terraform-plans");

/** What a failing assertion says. */
function failure(assertion: () => void): string {
  try {
    assertion();
  } catch (error) {
    return (error as Error).message;
  }
  return "passed";
}

test("a selector that names nobody fails both ways", () => {
  const cluster = clusterFrom(join(manifests, "step-3"));
  const nobody = pods("frontend", { app: "nix" });
  const assertions = [
    () => {
      expect(cluster).toAllow(nobody, ns("backend"), 80);
    },
    () => {
      expect(cluster).not.toAllow(nobody, ns("backend"), 80);
    },
    () => {
      expect(cluster).toDeny(nobody, ns("backend"), 80);
    },
    () => {
      expect(cluster).not.toDeny(nobody, ns("backend"), 80);
    },
    () => {
      expect(cluster).not.toOnlyAllowInto(ns("nope"), ns("frontend"));
    },
    () => {
      expect(cluster).not.toIsolate(ns("nope"));
    },
  ];
  for (const assertion of assertions) expect(failure(assertion)).toMatch(/no pod is/);
});

test("a pair that does not connect, or a pod that is not isolated, passes the negation", () => {
  const cluster = clusterFrom(join(manifests, "step-2"));
  expect(cluster).not.toAllow(ns("frontend"), ns("backend"), 80);
  expect(cluster).not.toIsolate(ns("frontend"));
});

test("what only may be opened fails both ways, what certainly is opened fails one", () => {
  const perhaps = clustersFrom(join(plans, "stack-unknown-label.json"));
  const message = /may be opened, which is not known yet/;
  const assertions = [
    () => {
      expect(perhaps).toAddNoConnections();
    },
    () => {
      expect(perhaps).not.toAddNoConnections();
    },
  ];
  for (const assertion of assertions) expect(failure(assertion)).toMatch(message);
  expect(clustersFrom(join(plans, "stack-allow.json"))).not.toAddNoConnections();
  expect(netpolMatchers.toAddNoConnections.call({ isNot: true }, clustersFrom(join(plans, "stack-allow.json"))).pass).toBe(false);
});

describe("in a cluster of which the input shows that nothing enforces policies", () => {
  const resource = {
    aws_eks_cluster: { main: { name: "main", version: "1.33" } },
    aws_eks_addon: { cni: { cluster_name: "${aws_eks_cluster.main.name}", addon_name: "vpc-cni", addon_version: "v1.20.4-eksbuild.2" } },
    kubernetes_namespace_v1: { shop: { metadata: [{ name: "shop" }] } },
    kubernetes_pod_v1: {
      a: { metadata: [{ name: "a", namespace: "shop" }], spec: [{ container: [{ name: "c", image: "i" }] }] },
      b: { metadata: [{ name: "b", namespace: "shop" }], spec: [{ container: [{ name: "c", image: "i" }] }] },
    },
    kubernetes_network_policy_v1: {
      deny: { metadata: [{ name: "deny", namespace: "shop" }], spec: [{ pod_selector: [{}], policy_types: ["Ingress"] }] },
    },
  };
  const cluster = clusterFromSynth(JSON.stringify({ resource }));

  test("what policies deny is not denied", () => {
    const denied = failure(() => {
      expect(cluster).toDeny(ns("shop"), ns("shop"), 80);
    });
    expect(denied).toMatch(/the policies say so, but .*not enforced/i);
    expect(cluster).not.toDeny(ns("shop"), ns("shop"), 80);
    expect(cluster).not.toIsolate(ns("shop"), "ingress");
  });

  test("what they allow is allowed", () => {
    expect(cluster).toAllow(ns("shop"), internet(), 443);
  });
});

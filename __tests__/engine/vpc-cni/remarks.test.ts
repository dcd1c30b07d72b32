import type { CniSettings } from "../../../engine";
import type { Cluster } from "../../../engine/model";
import { clusterOf } from "../../inputs/kubernetes-objects";
import { cluster, labelled } from "../../builders";
import { answers, current, remarks } from "./cases";

const web = { app: "web" };

/** A pod that a policy keeps from everyone, and one that none selects. */
const town = cluster()
  .namespace("x")
  .deployment("web", { labels: web })
  .deployment("free")
  .deployment("client")
  .policy("p", { subject: labelled(web), ingress: [] })
  .build();

const strict: CniSettings = { ...current, mode: "strict" };

describe("remarks beside an answer, which change none", () => {
  test("L-09: security groups for pods take policies over unless they are in standard mode", () => {
    const groups = (podSecurityGroupMode: CniSettings["podSecurityGroupMode"]): CniSettings => ({ ...current, podSecurityGroupMode });
    expect(answers(town, "x/client", "x/web", 80, groups("strict"))).toBe("denied / denied");
    expect(remarks(town, "x/client", "x/web", groups("strict"))).toContain("L-09");
    expect(remarks(town, "x/client", "x/web", groups("standard"))).not.toContain("L-09");
    expect(remarks(town, "x/client", "x/web", groups("off"))).not.toContain("L-09");
    expect(remarks(town, "x/client", "x/free", groups("strict"))).not.toContain("L-09");
  });

  test("L-34: in standard mode a pod of a policy is open until the agent knows it", () => {
    expect(answers(town, "x/client", "x/web")).toBe("denied / denied");
    expect(remarks(town, "x/client", "x/web")).toContain("L-34");
    expect(remarks(town, "x/client", "x/free")).not.toContain("L-34");
    expect(remarks(town, "x/client", "x/web", strict)).not.toContain("L-34");
  });

  test("L-36: in strict mode the kubelet's probes are lost where only cluster-wide policies select a pod, before 1.23.1", () => {
    const namespace = "{apiVersion: v1, kind: Namespace, metadata: {name: x}}";
    const pod = (name: string): string =>
      `{apiVersion: apps/v1, kind: Deployment, metadata: {name: ${name}, namespace: x}, spec: {selector: {matchLabels: {app: ${name}}}, template: {metadata: {labels: {app: ${name}}}, spec: {containers: [{name: c, image: i}]}}}}`;
    const spec =
      "{tier: Admin, priority: 1, subject: {namespaces: {}}, ingress: [{action: Accept, from: [{namespaces: {}}]}], egress: [{action: Accept, to: [{namespaces: {}}]}]}";
    const policy = `{apiVersion: networking.k8s.aws/v1alpha1, kind: ClusterNetworkPolicy, metadata: {name: c}, spec: ${spec}}`;
    const own =
      "{apiVersion: networking.k8s.io/v1, kind: NetworkPolicy, metadata: {name: n, namespace: x}, spec: {podSelector: {}, policyTypes: [Ingress], ingress: [{}]}}";
    const wide: Cluster = clusterOf([namespace, pod("web"), pod("client"), policy].join("\n---\n"));
    const both: Cluster = clusterOf([namespace, pod("web"), pod("client"), policy, own].join("\n---\n"));
    const before: CniSettings = { ...strict, version: [1, 23, 0] };
    expect(answers(wide, "x/client", "x/web", 80, before)).toBe("allowed / allowed");
    expect(remarks(wide, "x/client", "x/web", before)).toContain("L-36");
    expect(remarks(wide, "x/client", "x/web", strict)).not.toContain("L-36");
    expect(remarks(wide, "x/client", "x/web", { ...before, mode: "standard" })).not.toContain("L-36");
    expect(remarks(both, "x/client", "x/web", before)).not.toContain("L-36");
  });

  test("L-37: connections that are open outlive a change of the policies", () => {
    expect(answers(town, "x/client", "x/web")).toBe("denied / denied");
    expect(remarks(town, "x/client", "x/web")).toContain("L-37");
    expect(remarks(town, "x/client", "x/free")).not.toContain("L-37");
    expect(remarks(town, "x/client", "x/web", { ...current, enabled: false })).not.toContain("L-37");
  });

  test("L-38: before 1.22.3, races in the tracking of connections deny now and then", () => {
    const old: CniSettings = { ...current, version: [1, 22, 2] };
    expect(answers(town, "x/client", "x/web", 80, old)).toBe("denied / denied");
    expect(remarks(town, "x/client", "x/web", old)).toContain("L-38");
    expect(remarks(town, "x/client", "x/free", old)).not.toContain("L-38");
    expect(remarks(town, "x/client", "x/web", { ...current, version: [1, 22, 3] })).not.toContain("L-38");
  });

  test("L-39: one build of 1.21.1 starts closed in standard mode", () => {
    const build: CniSettings = { ...current, version: [1, 21, 1] };
    expect(answers(town, "x/client", "x/web", 80, build)).toBe("denied / denied");
    expect(remarks(town, "x/client", "x/web", build)).toContain("L-39");
    expect(remarks(town, "x/client", "x/web", { ...build, version: [1, 21, 2] })).not.toContain("L-39");
    expect(remarks(town, "x/client", "x/web", { ...build, mode: "strict" })).not.toContain("L-39");
    expect(remarks(town, "x/client", "x/free", build)).not.toContain("L-39");
  });
});

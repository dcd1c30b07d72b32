import { unknown } from "../../engine/model";
import { toCluster } from "../../inputs/kubernetes";
import type { JsonObject } from "../../inputs/objects";
import { located } from "./kubernetes-objects";

describe("labels that controllers set", () => {
  const later = unknown("var.later");
  const asking = (keys: readonly string[]): JsonObject => ({
    apiVersion: "networking.k8s.io/v1",
    kind: "NetworkPolicy",
    metadata: { name: "p" },
    spec: { podSelector: { matchExpressions: keys.map((key) => ({ key, operator: "Exists" })) } },
  });
  const labelsOf = (kind: string, spec: JsonObject, keys: readonly string[]) => {
    const apiVersion = kind.endsWith("Job") ? "batch/v1" : "apps/v1";
    const object = { apiVersion, kind, metadata: { name: "db" }, spec };
    return toCluster([located(object), located(asking(keys))]).value.workloads[0]?.labels;
  };
  const [podName, podIndex] = ["statefulset.kubernetes.io/pod-name", "apps.kubernetes.io/pod-index"];
  const completion = "batch.kubernetes.io/job-completion-index";

  test("are there when a selector asks for them, and not otherwise", () => {
    const written = { labels: { app: "db", "pod-template-hash": "mine" } };
    expect(labelsOf("Deployment", { template: { metadata: written } }, ["app"])).toEqual(written.labels);
    expect(labelsOf("Deployment", { template: { metadata: written } }, ["pod-template-hash"])).toMatchObject({
      app: "db",
      "pod-template-hash": { unknown: true },
    });
    expect(labelsOf("DaemonSet", { template: {} }, ["controller-revision-hash", "pod-template-hash"])).toEqual({
      "controller-revision-hash": expect.objectContaining({ unknown: true }) as unknown,
    });
  });

  test.each<[string, JsonObject, object]>([
    ["two replicas", { replicas: 2 }, { from: 0, to: 1 }],
    ["no number", {}, { from: 0, to: 0 }],
    ["none, as if it ran", { replicas: 0 }, { from: 0, to: 0 }],
    ["a start", { replicas: 2, ordinals: { start: 5 } }, { from: 5, to: 6 }],
    ["replicas that are not known", { replicas: later }, { from: 0 }],
    ["a start that is not known", { replicas: 2, ordinals: { start: later } }, { from: 0 }],
  ])("pods of a StatefulSet are numbered, with %s", (_name, spec, ordinals) => {
    expect(labelsOf("StatefulSet", { ...spec, template: {} }, [podName, podIndex])).toMatchObject({
      [podName]: { numbered: { prefix: "db-", ...ordinals } },
      [podIndex]: { numbered: { prefix: "", ...ordinals }, mayBeAbsent: true },
    });
  });

  test("Jobs of a CronJob are named by it and a number, and those of Indexed mode number their pods", () => {
    const jobTemplate = { spec: { completionMode: "Indexed", completions: 3, template: {} } };
    expect(labelsOf("CronJob", { jobTemplate }, ["job-name", "controller-uid", completion])).toMatchObject({
      "job-name": { numbered: { prefix: "db-", from: 0 } },
      "controller-uid": { unknown: true },
      [completion]: { numbered: { prefix: "", from: 0, to: 2 }, mayBeAbsent: true },
    });
    expect(labelsOf("Job", { template: {} }, [completion])).not.toHaveProperty([completion]);
  });

  test("of a Job that runs are those its template was given", () => {
    const template = { metadata: { labels: { "controller-uid": "u-1" } } };
    expect(labelsOf("Job", { template }, ["controller-uid"])).toMatchObject({ "controller-uid": "u-1", "job-name": "db" });
  });
});

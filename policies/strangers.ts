import type { Workload } from "../engine/model";

/** Pods nobody deploys, each like the caller that is let in but for one thing: what a policy must keep out shows only if somebody tries. */
const stranger = (namespace: string, name: string, labels: Workload["labels"]): Workload => ({
  kind: "Pod",
  namespace,
  name,
  labels,
  ports: [],
  hostNetwork: false,
});

/** Callers that no step lets into `backend` once it is closed. They exist in no cluster; the gate adds them to what it reads. */
export const strangers: readonly Workload[] = [
  stranger("frontend", "no-nginx", { app: "other" }),
  stranger("backend", "neighbour", { app: "nginx" }),
  stranger("elsewhere", "nginx", { app: "nginx" }),
];

import type { Namespace, Service, Workload } from "../engine/model";
import { declared } from "./declared";

/** Pods to run, and the image they run. */
export interface Deployment {
  readonly workload: Workload;
  readonly image: string;
}

/** Both namespaces of the experiment; the label is the one the API server sets by itself. */
export const namespaces: readonly Namespace[] = ["frontend", "backend"].map((name) =>
  declared<Namespace>({ name, labels: { "kubernetes.io/metadata.name": name } }),
);

/** The web server that is called, and called from: its image also holds the `curl` of the experiment. */
const nginxIn = (namespace: string): Deployment => ({
  workload: declared<Workload>({
    kind: "Deployment",
    namespace,
    name: "nginx",
    labels: { app: "nginx" },
    ports: [{ port: 80, protocol: "TCP" }],
    hostNetwork: false,
    replicas: 1,
  }),
  image: "nginx:1.27",
});

/** Answers on the port the pods listen on: the VPC CNI enforces policies on Service traffic only when the two are equal. */
const nginxServiceIn = (namespace: string): Service =>
  declared<Service>({
    namespace,
    name: "nginx",
    type: "ClusterIP",
    selector: { matchLabels: { app: "nginx" } },
    ports: [{ port: 80, protocol: "TCP", targetPort: 80 }],
    headless: false,
    clusterIps: [],
    externalTrafficPolicy: "Cluster",
    sourceRanges: [],
  });

/** One nginx in each namespace. */
export const deployments: readonly Deployment[] = [nginxIn("frontend"), nginxIn("backend")];

/** `nginx.frontend.svc.cluster.local` and `nginx.backend.svc.cluster.local`. */
export const services: readonly Service[] = [nginxServiceIn("frontend"), nginxServiceIn("backend")];

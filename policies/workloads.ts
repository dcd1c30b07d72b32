import type { Namespace, Service, Workload } from "../engine/model";
import { declared } from "./declared";

/** A folder that pods write to. */
export interface WritableFolder {
  readonly path: string;
  /** Starts with what the image has there. @default false, empty */
  readonly filled?: boolean;
}

/** Pods to run, and the image they run. */
export interface Deployment {
  readonly workload: Workload;
  readonly image: string;
  /** What the image needs where its own disk is read-only. @default nothing */
  readonly writable?: readonly WritableFolder[];
}

/** What the experiment runs; settings may name the same by its digest. */
export const experimentImage = "nginx:1.27";

/** Its process id, what it buffers, and its configuration, which the image completes for IPv6 as it starts. */
const writtenByNginx: readonly WritableFolder[] = [
  { path: "/run" },
  { path: "/var/cache/nginx" },
  { path: "/tmp" },
  { path: "/etc/nginx/conf.d", filled: true },
];

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
  image: experimentImage,
  writable: writtenByNginx,
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

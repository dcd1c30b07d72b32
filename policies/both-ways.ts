import { everything, type LabelSelector, type Peer, type Rule } from "../engine/model";
import { declared } from "./declared";

/** Pods with these labels in the namespace of this name: both must hold. */
const podsOf = (namespace: string, matchLabels: LabelSelector["matchLabels"] & object): Peer => ({
  kind: "pods",
  namespaces: { matchLabels: { "kubernetes.io/metadata.name": namespace } },
  pods: { matchLabels },
});

const dnsPorts: Rule["ports"] = [
  { kind: "range", protocol: "UDP", from: 53, to: 53 },
  { kind: "range", protocol: "TCP", from: 53, to: 53 },
];

/** Names resolve over UDP, and over TCP where an answer is long: whoever isolates egress must allow both. */
const toClusterDns: Rule = { peers: [podsOf("kube-system", { "k8s-app": "kube-dns" })], ports: dnsPorts };

const toNginxOf = (namespace: string): Rule => ({ peers: [podsOf(namespace, { app: "nginx" })], ports: "any" });

/** Isolates `frontend` in both directions, but for what the experiment shows and the names it needs. */
const frontendBothWays = declared({
  namespace: "frontend",
  name: "frontend-both-ways",
  subject: everything,
  ingress: [toNginxOf("backend")],
  egress: [toNginxOf("backend"), toClusterDns],
});

/** Isolates the egress of `backend`, whose ingress the experiment closes by itself. */
const backendEgress = declared({
  namespace: "backend",
  name: "backend-egress",
  subject: everything,
  egress: [toNginxOf("frontend"), toClusterDns],
});

/**
 * With the policies of step 3, every pod is isolated in both directions and every flow the experiment expects still works. Wanted where the
 * CNI denies what no policy speaks of (strict mode), and where a benchmark asks for a policy in every namespace.
 */
export const bothWays = [frontendBothWays, backendEgress];

import type { NetworkPolicy, PortMatch, Protocol } from "../engine/model";
import { declared } from "./declared";

/** Addresses cluster DNS cannot do without, each a CIDR of one address. */
export interface DnsNeeds {
  /** The Service address of the Kubernetes API: the VPC CNI decides about egress before a Service is translated. */
  readonly apiServer: string;
  /** Where names outside the cluster are looked up. */
  readonly resolvers: readonly string[];
}

const one = (protocol: Protocol, port: number): PortMatch => ({ kind: "range", protocol, from: port, to: port });
const dns = [one("UDP", 53), one("TCP", 53)];

/**
 * What CoreDNS needs where a pod without a policy may talk to nobody: questions from every pod, the API server for the names of Services,
 * and a resolver for all other names. Over TCP as well as UDP. Probes come from its own node, which policies never stop.
 */
export const clusterDns = ({ apiServer, resolvers }: DnsNeeds): NetworkPolicy =>
  declared({
    namespace: "kube-system",
    name: "cluster-dns",
    subject: { matchLabels: { "k8s-app": "kube-dns" } },
    ingress: [{ peers: [{ kind: "pods", namespaces: {}, pods: {} }], ports: dns }],
    egress: [
      { peers: [{ kind: "ipBlock", cidr: apiServer, except: [] }], ports: [one("TCP", 443)] },
      { peers: resolvers.map((cidr) => ({ kind: "ipBlock", cidr, except: [] })), ports: dns },
    ],
  });

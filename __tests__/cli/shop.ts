/** A small namespace for tests of the gate: `web` and `db`, closed by default, and a rule that lets `web` in. */
const namespace = `apiVersion: v1
kind: Namespace
metadata: { name: shop }
`;

const pod = (name: string): string => `apiVersion: v1
kind: Pod
metadata: { namespace: shop, name: ${name}, labels: { app: ${name} } }
spec: { containers: [{ name: main, image: nginx, ports: [{ containerPort: 80 }] }] }
`;

export const defaultDeny = `apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { namespace: shop, name: default-deny }
spec: { podSelector: {}, policyTypes: [Ingress, Egress] }
`;

/** Opens `web` to the internet: NP201. */
export const publicWeb = `apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  namespace: shop
  name: public
spec:
  podSelector: { matchLabels: { app: web } }
  policyTypes: [Ingress]
  ingress:
    - from: [{ ipBlock: { cidr: 0.0.0.0/0 } }]
      ports: [{ port: 80 }]
`;

/** Isolated pods without any rule: nothing flows, and nothing is found beside what \`quiet\` leaves out. */
export const closedShop = [namespace, pod("web"), pod("db"), defaultDeny].join("---\n");
export const openShop = [closedShop, publicWeb].join("---\n");

/** A configuration under which only the rule about the internet is asked. */
export const onlyInternet = ["--only", "NP201", "--only", "NP9*"] as const;

/** A policy whose block says more than it seems to: NP108. */
export const partners = `apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { namespace: shop, name: partners }
spec:
  podSelector: { matchLabels: { app: web } }
  policyTypes: [Ingress]
  ingress:
    - from:
        - ipBlock:
            cidr: 203.0.113.7/24 # as they told us
`;

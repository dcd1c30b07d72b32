import type { LintResult } from "../../../engine/lint";
import { findings, pod, policy } from "./lint-yaml";
import { deployment, eks, type EksChanges, vpcFindings } from "./vpc-lint";

const web = deployment("shop", "web", { app: "web" }, ["http TCP 80"]);
const closed = policy("shop", "closed", "{ podSelector: {}, policyTypes: [Ingress] }");
const open = policy("shop", "open", "{ podSelector: {}, policyTypes: [Ingress], ingress: [{}] }");
const fargate = { aws_eks_fargate_profile: { all: { cluster_name: "shop", selector: { namespace: "shop" } } } };

const cases: readonly { readonly code: string; readonly manifests: string; readonly more?: EksChanges["more"] }[] = [
  { code: "NP102", manifests: web + closed + open },
  {
    code: "NP103",
    manifests:
      web + policy("shop", "inert", "{ podSelector: {}, policyTypes: [Egress], ingress: [{ from: [{ podSelector: {} }] }], egress: [{}] }"),
  },
  { code: "NP107", manifests: web + policy("shop", "implicit", "{ podSelector: {}, egress: [{}] }") },
  { code: "NP302", manifests: web },
  { code: "NP303", manifests: web },
  {
    code: "NP304",
    manifests:
      web + deployment("shop", "api") + policy("shop", "api", "{ podSelector: { matchLabels: { app: api } }, policyTypes: [Ingress] }"),
  },
  { code: "VPC002", manifests: web + closed, more: fargate },
];

/** Every address in the examples of findings. */
const addresses = (found: readonly LintResult[]): readonly string[] =>
  found
    .flatMap(({ witness }) => (witness === undefined ? [] : [witness.flow.from, witness.flow.to]))
    .flatMap((end) => (end.kind === "address" ? [end.address] : []));

test.each(cases)("the example of $code is about an address of the cluster's family", ({ code, manifests, more = {} }) => {
  const found = (ipFamily: string) =>
    new Set(addresses(vpcFindings(code, manifests, eks({ cluster: { kubernetes_network_config: { ip_family: ipFamily } }, more }))));
  expect(found("ipv4")).toEqual(new Set(["203.0.113.10"]));
  expect(found("ipv6")).toEqual(new Set(["3fff::10"]));
});

test("an input that does not say the family is asked about both", () => {
  const implicit = policy("shop", "implicit", "{ podSelector: {}, egress: [{}] }");
  const forIpv4 = policy(
    "shop",
    "ipv4",
    "{ podSelector: {}, policyTypes: [Ingress], ingress: [{ from: [{ ipBlock: { cidr: 0.0.0.0/0 } }] }] }",
  );
  expect(addresses(findings("NP107", pod("shop", "web") + implicit))).toEqual(["203.0.113.10"]);
  expect(addresses(findings("NP107", pod("shop", "web") + implicit + forIpv4))).toEqual(["3fff::10"]);
});

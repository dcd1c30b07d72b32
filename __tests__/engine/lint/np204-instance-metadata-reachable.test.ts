import { findings, pod, policy } from "./lint-yaml";
import { deployment, eks, vpcFindings } from "./vpc-lint";

const found = (block: string) =>
  findings(
    "NP204",
    pod("shop", "web") + policy("shop", "web", `{ podSelector: {}, policyTypes: [Egress], egress: [{ to: [{ ipBlock: ${block} }] }] }`),
  );

test("a block that holds the address is reported, with the flow, and a fix that takes it out", () => {
  const [finding] = found("{ cidr: 0.0.0.0/0, except: [10.0.0.0/8] }");
  expect(finding?.witness).toMatchObject({ flow: { to: { address: "169.254.169.254" }, port: 80 }, verdict: { outcome: "allowed" } });
  expect(finding?.fix?.edits).toMatchObject([
    { field: "spec.egress[0].to[0].ipBlock.except", value: ["10.0.0.0/8", "169.254.169.254/32"] },
  ]);
});

test("the address of IPv6 is one too", () => {
  expect(found("{ cidr: 'fd00::/8' }")).toMatchObject([{ witness: { flow: { to: { address: "fd00:ec2::254" } } } }]);
});

test("a rule for the address alone is reported without a fix", () => {
  expect(found("{ cidr: 169.254.169.254/32 }").map(({ fix }) => fix)).toEqual([undefined]);
});

test("with the exception, or for another block, it is silent; so it is for pods nothing isolates", () => {
  expect(found("{ cidr: 0.0.0.0/0, except: [169.254.0.0/16] }")).toEqual([]);
  expect(found("{ cidr: 10.0.0.0/8 }")).toEqual([]);
  expect(findings("NP204", pod("shop", "web"))).toEqual([]);
});

test("on EKS only the address of the cluster's family counts", () => {
  const reached = (ipFamily: string) =>
    vpcFindings(
      "NP204",
      deployment("shop", "web") + policy("shop", "web", "{ podSelector: {}, policyTypes: [Egress], egress: [{}] }"),
      eks({ cluster: { kubernetes_network_config: { ip_family: ipFamily } } }),
    ).map(({ witness }) => witness?.flow.to);
  expect(reached("ipv4")).toEqual([{ kind: "address", address: "169.254.169.254" }]);
  expect(reached("ipv6")).toEqual([{ kind: "address", address: "fd00:ec2::254" }]);
});

test("a rule without destinations has no block to except anything from, and is not told to", () => {
  const open = policy("shop", "web", "{ podSelector: {}, policyTypes: [Egress], egress: [{}] }");
  const [finding] = findings("NP204", pod("shop", "web") + open);
  expect(finding?.advice).toMatch(/^name the destinations of the rule, such as `0\.0\.0\.0\/0` with the exception/);
  expect(found("{ cidr: 0.0.0.0/0 }")[0]?.advice).toMatch(/^except `169\.254\.169\.254\/32` from the block/);
});

import { runRules } from "../../../engine/lint";
import { np205EgressToInternetOpen } from "../../../engine/lint/rules/np205-egress-to-internet-open";
import { findings, pod, policy } from "./lint-yaml";
import { deployment, eks, vpcContext } from "./vpc-lint";

const found = (rule: string) =>
  findings("NP205", pod("shop", "web") + policy("shop", "web", `{ podSelector: {}, policyTypes: [Egress], egress: [${rule}] }`));

test("every port to the internet is a warning, some are an info; both with a flow that is allowed", () => {
  expect(found("{ to: [{ ipBlock: { cidr: 0.0.0.0/0 } }] }")).toMatchObject([
    { severity: "warning", witness: { verdict: { outcome: "allowed" } } },
  ]);
  expect(found("{ to: [{ ipBlock: { cidr: 0.0.0.0/0 } }], ports: [{ port: 443 }] }")).toMatchObject([
    { severity: "info", witness: { flow: { port: 443 } } },
  ]);
});

test("a list of partners is not the internet", () => {
  expect(found("{ to: [{ ipBlock: { cidr: 203.0.113.0/24 } }] }")).toEqual([]);
  expect(found("{ to: [{ namespaceSelector: {} }] }")).toEqual([]);
});

test.each([
  ["ipv4", "0.0.0.0/0", "203.0.113.10"],
  ["ipv4", "::/0", undefined],
  ["ipv6", "::/0", "3fff::10"],
  ["ipv6", "2000::/4", "2000::1"],
  ["ipv6", "0.0.0.0/0", undefined],
])("in an %s cluster, a rule for %s opens %s", (family, cidr, address) => {
  const egress = policy("shop", "web", `{ podSelector: {}, policyTypes: [Egress], egress: [{ to: [{ ipBlock: { cidr: "${cidr}" } }] }] }`);
  const infrastructure = eks({ cluster: { kubernetes_network_config: { ip_family: family } } });
  const { results } = runRules([np205EgressToInternetOpen], vpcContext(deployment("shop", "web") + egress, infrastructure));
  expect(results.map(({ witness }) => witness?.flow.to)).toEqual(address === undefined ? [] : [{ kind: "address", address }]);
});

import { policy } from "./lint-yaml";
import { deployment, vpcFindings } from "./vpc-lint";

const client = deployment("shop", "client");
const egress = (rule: string) =>
  policy("shop", "client", `{ podSelector: { matchLabels: { app: client } }, policyTypes: [Egress], egress: [${rule}] }`);

const all = "{ to: [{ ipBlock: { cidr: 0.0.0.0/0, except: [10.0.0.0/8] } }] }";
const found = (rules: string) => vpcFindings("VPC013", client + egress(rules));

test("an exception closes what another rule opens by a wider block", () => {
  const [finding, ...more] = found(`${all}, { to: [{ ipBlock: { cidr: 0.0.0.0/0 } }], ports: [{ protocol: UDP, port: 53 }] }`);
  expect(more).toEqual([]);
  expect(finding).toMatchObject({
    severity: "error",
    key: "egress 10.0.0.0/8",
    field: "spec.egress[0].to[0]",
    witness: { flow: { protocol: "UDP", port: 53 }, verdict: { outcome: "allowed" } },
  });
  expect(finding?.because.length).toBe(2);
});

test("it closes what a rule without peers opens, too", () => {
  expect(found(`${all}, { ports: [{ port: 443 }] }`)).toMatchObject([{ witness: { flow: { port: 443 } } }]);
});

test("a rule for exactly the excepted block, or for a part of it, is heard", () => {
  expect(found(`${all}, { to: [{ ipBlock: { cidr: 10.0.0.0/8 } }], ports: [{ port: 443 }] }`)).toEqual([]);
  expect(found(`${all}, { to: [{ ipBlock: { cidr: 192.0.2.0/24 } }] }`)).toEqual([]);
  expect(found(all)).toEqual([]);
});

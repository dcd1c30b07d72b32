import fc from "fast-check";
import { runRules } from "../../../engine/lint";
import { cniContext } from "../../../engine/lint/cni-context";
import { vpc013ExceptClosesForAll } from "../../../engine/lint/rules/vpc013-except-closes-for-all";
import { IpSet } from "../../../engine/sets/ip-set";
import { check } from "../../property-runs";
import { policy } from "./lint-yaml";
import { deployment, vpcContext, vpcFindings } from "./vpc-lint";

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

test("a block that begins in an exception does not take over the ports of the block around it", () => {
  const wide = "{ to: [{ ipBlock: { cidr: 10.0.0.0/8, except: [10.1.0.0/24] } }], ports: [{ port: 80 }] }";
  const inner = "{ to: [{ ipBlock: { cidr: 10.1.0.0/16 } }], ports: [{ port: 443 }] }";
  const findings = found(`${wide}, ${inner}`);
  expect(findings.map(({ key }) => key)).toEqual(["egress 10.1.0.0/24", "egress 10.1.0.0/24 10.1.0.0/16"]);
  expect(findings[1]).toMatchObject({
    field: "spec.egress[0].to[0]",
    witness: { flow: { to: { kind: "address", address: "10.1.1.0" }, port: 80 }, verdict: { outcome: "allowed" } },
  });
  const beside = "{ to: [{ ipBlock: { cidr: 10.1.0.0/16 } }], ports: [{ port: 443 }, { port: 80 }] }";
  expect(found(`${wide}, ${beside}`).map(({ key }) => key)).toEqual(["egress 10.1.0.0/24"]);
});

test("a policy that applies to some of the pods only is enough to lose something", () => {
  const deny = policy("shop", "all", `{ podSelector: {}, policyTypes: [Egress], egress: [${all}] }`);
  const open = egress("{ to: [{ ipBlock: { cidr: 0.0.0.0/0 } }], ports: [{ port: 443 }] }");
  const others = deployment("shop", "a") + deployment("shop", "b");
  expect(vpcFindings("VPC013", others + client + deny + open)).toMatchObject([{ subject: { name: "all" } }]);
});

describe("for random blocks and exceptions", () => {
  const texts = ["0.0.0.0/0", "10.0.0.0/8", "10.0.0.0/15", "10.1.0.0/16", "10.1.0.0/24", "10.1.1.0/24", "10.1.128.0/17"];
  const isInside = (inner: string, outer: string): boolean => inner !== outer && IpSet.cidr(inner).isSubsetOf(IpSet.cidr(outer));
  const block = fc
    .record({ cidr: fc.constantFrom(...texts), except: fc.subarray(texts, { maxLength: 2 }) })
    .map(({ cidr, except }) => ({ ipBlock: { cidr, except: except.filter((each) => isInside(each, cidr)) } }));
  const rule = fc.record({
    to: fc.array(block, { minLength: 1, maxLength: 2 }),
    ports: fc.constantFrom([{ port: 80 }], [{ port: 443 }], []),
  });
  const rules = fc.array(rule, { minLength: 1, maxLength: 4 });

  test("something is reported exactly where the evaluator denies what it allows without the deviation", () => {
    let reported = 0;
    check(
      "exceptions that close more than their block",
      150,
      fc.property(rules, (list) => {
        const context = vpcContext(client + egress(list.map((each) => JSON.stringify(each)).join(", ")));
        const { cni } = cniContext(context)!;
        const harmless = cni.withDeviations(new Set([...cni.active].filter((each) => each !== "L-30")));
        const from = { kind: "workload", workload: context.evaluation.cluster.workloads[0]! } as const;
        const samples = ["10.1.0.9", "10.1.1.9", "10.1.2.9", "10.1.200.9", "10.0.0.9", "10.2.0.9", "192.0.2.9"];
        const isLost = samples.some((address) => {
          const to = { kind: "address", address } as const;
          return !harmless.connections(from, to).certain.subtract(cni.connections(from, to).certain).isEmpty;
        });
        const { results } = runRules([vpc013ExceptClosesForAll], context);
        reported += isLost ? 1 : 0;
        expect(results.length > 0).toBe(isLost);
        for (const { witness } of results) expect(witness?.verdict.outcome).toBe("allowed");
      }),
    );
    expect(reported).toBeGreaterThan(5);
  });
});

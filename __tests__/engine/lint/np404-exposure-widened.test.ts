import fc from "fast-check";
import { runRules } from "../../../engine/lint";
import { np404ExposureWidened } from "../../../engine/lint/rules/np404-exposure-widened";
import { shown } from "../../../engine/model";
import { verdict } from "../../../engine/verdict";
import { check } from "../../property-runs";
import { contextOf, findings, pod, policy } from "./lint-yaml";

const web = pod("shop", "web");
const forWeb = (rule: string) =>
  policy("shop", "web", `{ podSelector: { matchLabels: { app: web } }, policyTypes: [Ingress], ingress: [${rule}] }`);

test("a policy that goes while its workload stays is reported, with a flow it denied", () => {
  expect(findings("NP404", { before: web + forWeb("{ ports: [{ port: 80 }] }"), after: web })).toMatchObject([
    { key: expect.stringContaining("isolation") as string, subject: { name: "web" }, witness: { verdict: { outcome: "allowed" } } },
  ]);
});

test("so is a workload whose label changes away from its policy", () => {
  const text = web + forWeb("");
  expect(findings("NP404", { before: text, after: pod("shop", "web", { app: "wbe" }) + forWeb("") })).toMatchObject([
    { key: expect.stringContaining("isolation") as string },
  ]);
});

test("a policy that lets the internet in is reported by who opens", () => {
  const before = web + forWeb("{ from: [{ ipBlock: { cidr: 10.0.0.0/8 } }] }");
  const after = web + forWeb("{ from: [{ ipBlock: { cidr: 0.0.0.0/0 } }] }");
  expect(findings("NP404", { before, after })).toMatchObject([
    {
      key: expect.stringContaining("internet") as string,
      witness: { flow: { from: { kind: "address" } }, verdict: { outcome: "allowed" } },
    },
  ]);
  expect(findings("NP404", { before: after, after })).toEqual([]);
  expect(findings("NP404", { before: after, after: before })).toEqual([]);
});

test("of three policies, those are blamed that let the internet in, and not the one that lets in who was let in before", () => {
  const wide = policy("shop", "wide", "{ podSelector: {}, policyTypes: [Ingress], ingress: [{}] }");
  const before = web + forWeb("{ from: [{ ipBlock: { cidr: 10.0.0.0/8 } }] }");
  const half = web + forWeb("{ from: [{ ipBlock: { cidr: 0.0.0.0/1 } }] }");
  const private10 = policy("shop", "private", "{ podSelector: {}, ingress: [{ from: [{ ipBlock: { cidr: 10.0.0.0/8 } }] }] }");
  const found = findings("NP404", { before, after: half + wide + private10 });
  expect(found.map(({ subject }) => subject.name)).toEqual(["web", "wide"]);
  expect(found[1]?.message).toMatch(/^`shop\/web` can be reached/);
});

test("a lost default deny is left to NP402, and a workload that goes needs no policy", () => {
  const deny = policy("shop", "deny", "{ podSelector: {}, policyTypes: [Ingress] }");
  expect(findings("NP404", { before: web + deny, after: web })).toEqual([]);
  expect(findings("NP404", { before: web + forWeb(""), after: pod("shop", "other") })).toEqual([]);
});

test("policies that open different parts of the internet are all blamed, and one that opens what was open is not", () => {
  const half = (name: string, cidr: string, more = "") =>
    policy("shop", name, `{ podSelector: {}, policyTypes: [Ingress], ingress: [{ from: [{ ipBlock: { cidr: ${cidr} } }]${more} }] }`);
  const private10 = half("private", "10.0.0.0/8");
  const after = web + private10 + half("low", "0.0.0.0/1") + half("high", "128.0.0.0/1", ", ports: [{ port: 443 }]");
  const found = findings("NP404", { before: web + private10, after });
  expect(found.map(({ subject }) => subject.name)).toEqual(["high", "low"]);
  expect(found[0]?.message).toContain("on `TCP 443`");
  expect(found[1]?.message).toContain("on every port");
});

test("the flow that shows it comes from an address that was let in, wherever that is", () => {
  const before = web + forWeb("{ from: [{ ipBlock: { cidr: 10.0.0.0/8 } }] }");
  const after = web + forWeb("{ from: [{ ipBlock: { cidr: 64.0.0.0/4 } }] }");
  expect(findings("NP404", { before, after })).toMatchObject([{ witness: { flow: { from: { kind: "address", address: "64.0.0.0" } } } }]);
});

describe("for random policies", () => {
  const cidr = fc.constantFrom("0.0.0.0/0", "0.0.0.0/1", "64.0.0.0/2", "128.0.0.0/2", "32.0.0.0/3", "10.0.0.0/8");
  const port = fc.constantFrom({ port: 80 }, { port: 80, endPort: 85 }, { port: 84, endPort: 90 }, { port: 443 });
  const rule = fc.record({
    from: fc.array(
      cidr.map((each) => ({ ipBlock: { cidr: each } })),
      { minLength: 1, maxLength: 2 },
    ),
    ports: fc.array(port, { maxLength: 2 }),
  });
  const specs = fc.array(fc.array(rule, { minLength: 1, maxLength: 2 }), { minLength: 1, maxLength: 3 });
  const deny = policy("shop", "deny", "{ podSelector: {}, policyTypes: [Ingress] }");
  const addresses = ["1.0.0.1", "33.0.0.1", "65.0.0.1", "129.0.0.1", "200.0.0.1"];
  const ports = [22, 80, 82, 84, 87, 443];

  test("those are blamed whose rules allow what was denied, and nobody else", () => {
    check(
      "policies that open the internet",
      80,
      fc.property(specs, (list) => {
        const policies = list.map((ingress, n) =>
          policy("shop", `p${String(n)}`, JSON.stringify({ podSelector: {}, policyTypes: ["Ingress"], ingress })),
        );
        const context = contextOf({ before: web + deny, after: web + deny + policies.join("") });
        const to = { kind: "workload", workload: context.evaluation.cluster.workloads[0]! } as const;
        const verdicts = addresses.flatMap((address) =>
          ports.map((each) => verdict(context.evaluation, { from: { kind: "address", address }, to, protocol: "TCP", port: each })),
        );
        const expected = new Set(verdicts.flatMap(({ ingress }) => ingress.allowedBy.map((each) => shown(each.policy.name))));
        const { results } = runRules([np404ExposureWidened], context);
        expect(results.map(({ subject }) => subject.name).sort()).toEqual([...expected].sort());
      }),
    );
  });
});

import fc from "fast-check";
import { withoutParts } from "../../../engine/compare/policy-parts";
import { comparePolicies } from "../../../engine/compare/compare";
import { evaluate } from "../../../engine/evaluation";
import { runRules } from "../../../engine/lint";
import { np110RuleShadowed } from "../../../engine/lint/rules/np110-rule-shadowed";
import type { Cluster } from "../../../engine/model";
import { verdict } from "../../../engine/verdict";
import { check } from "../../property-runs";
import { contextOf, findings, namespace, pod, policy } from "./lint-yaml";

const ground = namespace("shop") + pod("shop", "web") + pod("shop", "client") + pod("shop", "other");
const found = (text: string) => findings("NP110", ground + text);
const rules = (...list: readonly string[]) =>
  policy("shop", "web", `{ podSelector: {}, policyTypes: [Ingress], ingress: [${list.join(", ")}] }`);
const fromApp = (app: string, more = "") => `{ from: [{ podSelector: { matchLabels: { app: ${app} } } }]${more} }`;

test("a rule inside another is reported, with a fix that changes nothing", () => {
  const text = ground + rules("{ from: [{ podSelector: {} }] }", fromApp("client", ", ports: [{ port: 80 }]"));
  const [finding] = findings("NP110", text);
  expect(finding).toMatchObject({
    severity: "warning",
    field: "spec.ingress[1]",
    fix: { edits: [{ kind: "remove", field: "spec.ingress[1]" }] },
    witness: { flow: { port: 80 }, verdict: { outcome: "allowed", ingress: { allowedBy: [{ rule: 0 }, { rule: 1 }] } } },
  });
  const { cluster } = contextOf(text).evaluation;
  const removed = withoutParts(cluster, [{ list: "policies", policy: 0, rule: { direction: "ingress", index: 1 } }]);
  expect(comparePolicies(cluster, cluster, removed).relation).toBe("equivalent");
});

test("a rule that several others make up together is an info: it holds for the pods that are there", () => {
  const [finding] = found(
    rules("{ from: [{ podSelector: {} }], ports: [{ port: 80 }] }", fromApp("web"), fromApp("client"), fromApp("other")),
  );
  expect(finding).toMatchObject({ severity: "info", field: "spec.ingress[0]" });
  expect(finding?.fix).toBeUndefined();
});

test("of two that say the same the later one goes, not both", () => {
  expect(found(rules(fromApp("client"), fromApp("client")))).toMatchObject([{ field: "spec.ingress[1]" }]);
});

test("which of two equal rules goes does not depend on the order of the documents", () => {
  const named = (name: string) => policy("shop", name, `{ podSelector: {}, policyTypes: [Ingress], ingress: [${fromApp("client")}] }`);
  for (const text of [named("a") + named("b"), named("b") + named("a")]) {
    expect(found(text)).toMatchObject([{ subject: { name: "b" }, field: "spec.ingress[0]" }]);
  }
});

test("ports and subjects count", () => {
  expect(found(rules(fromApp("client", ", ports: [{ port: 80 }]"), fromApp("client", ", ports: [{ port: 81 }]")))).toEqual([]);
  const narrow = policy("shop", "narrow", `{ podSelector: { matchLabels: { app: web } }, policyTypes: [Ingress], ingress: [{}] }`);
  expect(found(rules(fromApp("client")) + narrow)).toEqual([]);
});

test("a default deny beside others, and a rule that matches nobody, are not its matter", () => {
  expect(found(policy("shop", "deny", "{ podSelector: {}, policyTypes: [Ingress] }") + rules(fromApp("client")))).toEqual([]);
  expect(found(rules(fromApp("nobody"), "{}"))).toEqual([]);
});

test("a rule whose ports others have in parts is reported, for ever where the words show it", () => {
  const ports = (from: number, to: number) => `, ports: [{ port: ${String(from)}, endPort: ${String(to)} }]`;
  const parts = [fromApp("client", ports(80, 90)), fromApp("client", ports(75, 85)), fromApp("client", ports(86, 95))];
  const [finding, ...more] = found(rules(...parts));
  expect(more).toEqual([]);
  expect(finding).toMatchObject({ severity: "warning", field: "spec.ingress[0]", fix: { edits: [{ field: "spec.ingress[0]" }] } });
  expect(finding?.message).toContain("`spec.ingress[1]` of `shop/web` and `spec.ingress[2]` of `shop/web` do not allow already");
  expect(found(rules(parts[0]!, parts[1]!))).toEqual([]);
  expect(found(rules(parts[0]!, fromApp("client", ports(75, 84)), parts[2]!))).toEqual([]);
});

test("a rule that other policies make up, each for some of its pods, is reported", () => {
  const wide = policy("shop", "wide", "{ podSelector: {}, policyTypes: [Ingress], ingress: [{ ports: [{ port: 80 }] }] }");
  const narrow = ["web", "client", "other"].map((app) =>
    policy("shop", app, `{ podSelector: { matchLabels: { app: ${app} } }, policyTypes: [Ingress], ingress: [{}] }`),
  );
  expect(found(wide + narrow.join(""))).toMatchObject([{ severity: "info", subject: { name: "wide" } }]);
  expect(found(wide + narrow.slice(1).join(""))).toEqual([]);
});

describe("for random rules", () => {
  const apps = ["web", "client", "other"];
  const port = fc.constantFrom({ port: 75, endPort: 85 }, { port: 86, endPort: 95 }, { port: 80, endPort: 90 });
  const onPorts = fc.oneof({ weight: 9, arbitrary: fc.tuple(port) }, { weight: 1, arbitrary: fc.constant([]) });
  const selector = fc.constantFrom({}, ...apps.map((app) => ({ matchLabels: { app } })));
  const block = fc.constantFrom("10.0.0.0/8", "10.0.0.0/9", "10.128.0.0/9").map((cidr) => ({ ipBlock: { cidr } }));
  const peer = fc.oneof(
    selector.map((podSelector) => ({ podSelector })),
    block,
  );
  const rule = fc.record({ from: fc.array(peer, { maxLength: 2 }), ports: onPorts });
  const spec = fc.record({ podSelector: selector, policyTypes: fc.constant(["Ingress"]), ingress: fc.array(rule, { maxLength: 5 }) });
  const ports = [22, 75, 80, 85, 86, 90, 95];
  /** Two pods each: a single one would have nobody but itself to talk to. */
  const pairs = apps.map((app) => {
    const template = { metadata: { labels: { app } }, spec: { containers: [{ name: app, image: app }] } };
    const spec = { replicas: 2, selector: { matchLabels: { app } }, template };
    return `${JSON.stringify({ apiVersion: "apps/v1", kind: "Deployment", metadata: { namespace: "shop", name: app }, spec })}\n---\n`;
  });

  /** What ingress lets through, from every end there is to tell apart. */
  function ingressOf(cluster: Cluster): readonly string[] {
    const evaluation = evaluate(cluster);
    const workloads = cluster.workloads.map((workload) => ({ kind: "workload", workload }) as const);
    const addresses = ["10.0.0.9", "10.200.0.9", "192.0.2.9"].map((address) => ({ kind: "address", address }) as const);
    return workloads.flatMap((to) =>
      [...workloads, ...addresses].flatMap((from) =>
        ports.map((each) => verdict(evaluation, { from, to, protocol: "TCP", port: each }).ingress.outcome),
      ),
    );
  }

  test("what is reported can all go without changing a verdict, and of what stays nothing can", () => {
    let together = 0;
    check(
      "shadowed rules",
      100,
      fc.property(fc.array(spec, { minLength: 1, maxLength: 3 }), (specs) => {
        const context = contextOf(pairs.join("") + specs.map((each, n) => policy("shop", `p${String(n)}`, JSON.stringify(each))).join(""));
        const { cluster } = context.evaluation;
        const results = runRules([np110RuleShadowed], context).results;
        const parts = cluster.policies.flatMap(({ name, ingress = [] }, place) =>
          ingress.map((_rule, index) => ({
            name,
            part: { list: "policies", policy: place, rule: { direction: "ingress", index } } as const,
          })),
        );
        const isFound = ({ name, part }: (typeof parts)[number]): boolean =>
          results.some(({ subject, field }) => subject.name === name && field === `spec.ingress[${String(part.rule.index)}]`);
        const gone = parts.filter(isFound).map(({ part }) => part);
        together += results.filter(({ because }) => because.length > 2).length;
        const before = ingressOf(cluster);
        expect(ingressOf(withoutParts(cluster, gone))).toEqual(before);
        for (const { part } of parts.filter((each) => !isFound(each))) {
          expect(ingressOf(withoutParts(cluster, [...gone, part]))).not.toEqual(before);
        }
      }),
    );
    expect(together).toBeGreaterThan(0);
  });
});

test("a block inside another is reported, though it is not known whether pods have addresses in either", () => {
  const block = (cidr: string) => `{ from: [{ ipBlock: { cidr: ${cidr} } }], ports: [{ port: 80 }] }`;
  const context = contextOf(ground + rules(block("10.0.0.0/8"), block("10.1.0.0/16"), block("11.0.0.0/8")));
  const cluster: Cluster = { ...context.evaluation.cluster, podCidrs: ["10.0.0.0/12"] };
  const { results } = runRules([np110RuleShadowed], { ...context, evaluation: evaluate(cluster) });
  expect(results).toMatchObject([{ severity: "warning", field: "spec.ingress[1]", because: [{ rule: 1 }, { rule: 0 }] }]);
});

import { findings, pod, policy } from "./lint-yaml";

const ground = pod("shop", "resolver", { app: "resolver" }, ["dns UDP 53"]) + pod("shop", "client");
const allow = (name: string, ports: string) =>
  policy(
    "shop",
    name,
    `{ podSelector: { matchLabels: { app: resolver } }, policyTypes: [Ingress], ingress: [{ from: [{ podSelector: { matchLabels: { app: client } } }], ports: [${ports}] }] }`,
  );
const found = (text: string) => findings("NP106", ground + text);

test("a port opened for TCP and declared for UDP is reported, with the UDP flow that is denied", () => {
  expect(found(allow("dns", "{ port: 53 }"))).toMatchObject([
    { field: "spec.ingress[0].ports[0]", witness: { flow: { protocol: "UDP", port: 53 }, verdict: { outcome: "denied" } } },
  ]);
});

test("so is a name that is declared for another protocol", () => {
  expect(found(allow("dns", "{ port: dns }"))).toHaveLength(1);
});

test("it is silent when the rule opens both, or another policy opens the declared one", () => {
  expect(found(allow("dns", "{ port: 53, protocol: UDP }, { port: 53 }"))).toEqual([]);
  expect(found(allow("dns", "{ port: 53 }") + allow("more", "{ port: 53, protocol: UDP }"))).toEqual([]);
  expect(found(allow("dns", "{ port: 54 }"))).toEqual([]);
});

test("addresses are callers as well: what another policy opens to them is not closed", () => {
  const block = (name: string, ports: string) =>
    policy(
      "shop",
      name,
      `{ podSelector: { matchLabels: { app: resolver } }, policyTypes: [Ingress], ingress: [{ from: [{ ipBlock: { cidr: 10.0.0.0/8 } }], ports: [${ports}] }] }`,
    );
  expect(found(block("dns", "{ port: 53 }"))).toMatchObject([
    { witness: { flow: { from: { address: "10.0.0.0" } }, verdict: { outcome: "denied" } } },
  ]);
  expect(found(block("dns", "{ port: 53 }") + block("more", "{ port: 53, protocol: UDP }"))).toEqual([]);
});

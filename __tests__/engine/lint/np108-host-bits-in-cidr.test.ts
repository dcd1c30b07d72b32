import { findings, policy } from "./lint-yaml";

const found = (block: string) =>
  findings("NP108", policy("shop", "web", `{ podSelector: {}, policyTypes: [Egress], egress: [{ to: [{ ipBlock: ${block} }] }] }`));

test.each([
  ["10.1.2.3/8", "10.0.0.0/8"],
  ["192.0.2.129/25", "192.0.2.128/25"],
  ["2001:db8::1/32", "2001:db8::/32"],
])("%s is reported, and the fix writes %s", (cidr, masked) => {
  expect(found(`{ cidr: "${cidr}" }`)).toMatchObject([{ fix: { edits: [{ field: "spec.egress[0].to[0].ipBlock.cidr", value: masked }] } }]);
});

test("exceptions are blocks too", () => {
  expect(found("{ cidr: 10.0.0.0/8, except: [10.1.0.0/16, 10.2.0.1/16] }")).toMatchObject([
    { field: "spec.egress[0].to[0].ipBlock.except[1]" },
  ]);
});

test.each(["10.0.0.0/8", "10.1.2.3/32", "0.0.0.0/0", "::/0", "2001:db8::1/128", "not-a-block"])("%s is not", (cidr) => {
  expect(found(`{ cidr: "${cidr}" }`)).toEqual([]);
});

import { findings, pod } from "./lint-yaml";

const change = (address: string, effect: string, name = "deny") =>
  `{ address: ${address}, type: a, effect: ${effect}, after: { kind: NetworkPolicy, namespace: shop, name: ${name} } }`;
const found = (...changes: readonly string[]) => findings("NP405", { after: pod("shop", "web"), plan: `[${changes.join(", ")}]` });

test("two addresses that write one object are reported with both", () => {
  const [finding] = found(change("a.b", "create"), change("c.d", "none"));
  expect(finding?.message).toContain("`a.b` and `c.d`");
});

test("other names, one address, or a resource that lets go are no fight", () => {
  expect(found(change("a.b", "create"), change("c.d", "create", "other"))).toEqual([]);
  expect(found(change("a.b", "create"), change("a.b", "create"))).toEqual([]);
  expect(found(change("a.b", "create"), change("c.d", "forget"))).toEqual([]);
});

import { findings, policy } from "./lint-yaml";

const found = (except: string) =>
  findings(
    "NP109",
    policy(
      "shop",
      "web",
      `{ podSelector: {}, policyTypes: [Egress], egress: [{ to: [{ ipBlock: { cidr: 10.0.0.0/16, except: ["${except}"] } }] }] }`,
    ),
  );

test.each([
  ["10.1.0.0/16", "takes nothing out of"],
  ["2001:db8::/32", "takes nothing out of"],
  ["10.0.0.0/16", "leaves nothing of"],
  ["10.0.0.0/8", "leaves nothing of"],
])("%s is reported: it %s", (except, says) => {
  const [finding] = found(except);
  expect(finding?.message).toContain(says);
  expect(finding?.fix === undefined).toBe(says !== "takes nothing out of");
});

test("an exception inside its block is not", () => {
  expect(found("10.0.1.0/24")).toEqual([]);
});

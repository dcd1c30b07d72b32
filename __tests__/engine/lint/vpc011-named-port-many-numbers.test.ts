import { policy } from "./lint-yaml";
import { deployment, vpcFindings } from "./vpc-lint";

const found = (numbers: readonly [number, number], subject: string) =>
  vpcFindings(
    "VPC011",
    deployment("shop", "web", { app: "web" }, [`http TCP ${String(numbers[0])}`]) +
      deployment("shop", "api", { app: "api" }, [`http TCP ${String(numbers[1])}`]) +
      policy("shop", "all", `{ podSelector: ${subject}, policyTypes: [Ingress], ingress: [{ ports: [{ port: http }] }] }`),
  );

test("a name with two numbers opens both on each pod", () => {
  const [finding, ...more] = found([80, 8080], "{}");
  expect(more).toEqual([]);
  expect(finding).toMatchObject({ severity: "warning", key: "http 80,8080", witness: { verdict: { outcome: "denied" } } });
  expect(finding?.message).toMatch(/the VPC CNI lets it through/);
});

test("a name with one number does not, nor one whose other number is on pods of no concern", () => {
  expect(found([80, 80], "{}")).toEqual([]);
  expect(found([80, 8080], "{ matchLabels: { app: web } }")).toEqual([]);
});

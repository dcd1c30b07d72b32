import { propertyRuns } from "../property-runs";
import fc from "fast-check";
import { folderWith, removeFolders } from "./folders";
import { netpolWith } from "./netpol";

afterAll(removeFolders);

const pod = (name: string, isOnNode = false): string => `apiVersion: v1
kind: Pod
metadata: { name: ${name}, namespace: shop, labels: { app: ${name} } }
spec: { hostNetwork: ${String(isOnNode)}, containers: [{ name: c, image: i }] }
`;
const flows = "version: 1\nflows:\n  - { from: shop/web, to: shop/api, ports: [8080] }\n";

/** The problems of suggested policies where so many other pods are there, and so many on their node's network. */
async function problems(others: number, agents: number): Promise<readonly string[]> {
  const names = (prefix: string, count: number): readonly string[] => Array.from({ length: count }, (_, n) => `${prefix}-${String(n)}`);
  const pods = [
    ...["web", "api", ...names("other", others)].map((name) => pod(name)),
    ...names("agent", agents).map((name) => pod(name, true)),
  ];
  const cwd = folderWith({ "flows.yaml": flows, "in/pods.yaml": pods.join("---\n") });
  const { code, stdout } = await netpolWith({ cwd }, "suggest", "flows.yaml", "-i", "in", "-o", "json");
  expect(code).toBe(0);
  return (JSON.parse(stdout) as { problems: string[] }).problems;
}

test("a workload on its node's network is one problem, however many pairs it is in", async () => {
  await fc.assert(
    fc.asyncProperty(fc.nat(6), fc.nat(3), async (others, agents) => {
      const found = await problems(others, agents);
      expect(found.map((each) => each.split(" ")[0])).toEqual(Array.from({ length: agents }, (_, n) => `shop/agent-${String(n)}`));
    }),
    { numRuns: propertyRuns(15) },
  );
});

test("the problem has an example and says how many pairs are like it", async () => {
  expect(await problems(0, 1)).toEqual([
    "shop/agent-0 is on its node's network, where it is up to the plugin whether NetworkPolicies apply: shop/agent-0 → shop/web all is perhaps open whatever NetworkPolicies there are, and so are 3 other pairs it is in",
  ]);
});

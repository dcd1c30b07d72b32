import { findings, pod } from "./lint-yaml";

const service = (targetPort: string) => `apiVersion: v1
kind: Service
metadata: { namespace: shop, name: web }
spec: { selector: { tier: web }, ports: [{ port: 80, targetPort: ${targetPort} }] }
---
`;
const web = (name: string, ...ports: readonly string[]) => pod("shop", name, { tier: "web" }, ports);
const found = (text: string, target = "http") => findings("NP306", service(target) + text);

test("a name that no pod declares is an error, one that some do not is a warning", () => {
  expect(found(web("a", "web TCP 80"))).toMatchObject([{ severity: "error", field: "spec.ports[0].targetPort" }]);
  expect(found(web("a", "http TCP 80") + web("b"))).toMatchObject([{ severity: "warning" }]);
});

test("the protocol belongs to the name", () => {
  expect(found(web("a", "http UDP 80"))).toMatchObject([{ severity: "error" }]);
});

test("a headless Service leads to its pods all the same, which is worth knowing", () => {
  const headless = service("http").replace("spec: {", "spec: { clusterIP: None,");
  const [finding] = findings("NP306", headless + web("a", "web TCP 80"));
  expect(finding).toMatchObject({ severity: "info" });
  expect(finding?.message).not.toContain("no endpoints");
});

test("different numbers under one name are an info", () => {
  expect(found(web("a", "http TCP 80") + web("b", "http TCP 8080"))).toMatchObject([{ severity: "info" }]);
});

test("a name all pods declare alike, a number, and a Service without pods say nothing", () => {
  expect(found(web("a", "http TCP 80") + web("b", "http TCP 80"))).toEqual([]);
  expect(found(web("a"), "8080")).toEqual([]);
  expect(found(pod("other", "a", { tier: "web" }))).toEqual([]);
});

import { policy } from "./lint-yaml";
import { deployment, service, vpcFindings } from "./vpc-lint";

const found = (numbers: readonly [number, number], port: string) =>
  vpcFindings(
    "VPC026",
    deployment("shop", "client") +
      deployment("shop", "one", { app: "web", n: "1" }, [`http TCP ${String(numbers[0])}`]) +
      deployment("shop", "two", { app: "web", n: "2" }, [`http TCP ${String(numbers[1])}`]) +
      service("shop", "web", { app: "web" }, ["80:http"]) +
      policy(
        "shop",
        "client",
        `{ podSelector: { matchLabels: { app: client } }, policyTypes: [Egress], egress: [{ to: [{ podSelector: { matchLabels: { app: web } } }], ports: [{ port: ${port} }] }] }`,
      ),
  );

test("a number for a name that has two closes the Service", () => {
  expect(found([80, 8080], "80")).toMatchObject([{ severity: "warning", key: "shop/web" }]);
});

test("a number for a name that has one does not, nor does the name", () => {
  expect(found([80, 80], "80")).toEqual([]);
  expect(found([80, 8080], "http")).toEqual([]);
});

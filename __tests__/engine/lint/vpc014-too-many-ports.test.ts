import { policy } from "./lint-yaml";
import { deployment, eks, vpcFindings } from "./vpc-lint";

const ports = (from: number, count: number) => Array.from({ length: count }, (_, at) => `{ port: ${String(from + 2 * at)} }`).join(", ");
const opens = (name: string, list: string) =>
  policy(
    "shop",
    name,
    `{ podSelector: { matchLabels: { app: web } }, policyTypes: [Ingress], ingress: [{ from: [{ podSelector: { matchLabels: { app: client } } }], ports: [${list}] }] }`,
  );
const found = (policies: string, version = "v1.23.1-eksbuild.1") =>
  vpcFindings("VPC014", deployment("shop", "client") + deployment("shop", "web") + policies, eks({ addon: { addon_version: version } }));

test("25 ports are one too many, 24 are not", () => {
  expect(found(opens("web", ports(9000, 25)))).toMatchObject([
    { severity: "error", subject: { name: "web" }, witness: { verdict: { outcome: "allowed" } } },
  ]);
  expect(found(opens("web", ports(9000, 24)))).toEqual([]);
});

test("ports of several policies count together, those they share once", () => {
  expect(found(opens("one", ports(9000, 13)) + opens("two", ports(8000, 13))).map(({ subject }) => subject.name)).toEqual(["one", "two"]);
  expect(found(opens("one", ports(9000, 13)) + opens("two", ports(9000, 13)))).toEqual([]);
});

test("a range counts once, and older add-ons have room for eight", () => {
  expect(found(opens("web", "{ port: 9000, endPort: 9900 }"))).toEqual([]);
  expect(found(opens("web", ports(9000, 9)), "v1.15.1-eksbuild.1")).toHaveLength(1);
});

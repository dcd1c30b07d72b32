import { policy } from "./lint-yaml";
import { deployment, service, vpcFindings } from "./vpc-lint";

const client = deployment("shop", "client");
const egress = (rule: string) =>
  policy("shop", "client", `{ podSelector: { matchLabels: { app: client } }, policyTypes: [Egress], egress: [${rule}] }`);

const web = deployment("shop", "web", { app: "web" }, ["http TCP 8080", "alt TCP 9000"]);
const found = (ports: readonly string[], range: string) =>
  vpcFindings(
    "VPC007",
    client +
      web +
      service("shop", "web", { app: "web" }, ports) +
      egress(`{ to: [{ podSelector: { matchLabels: { app: web } } }], ports: [${range}] }`),
  );

test("a target within the range loses the Service", () => {
  expect(found(["8080"], "{ port: 8000, endPort: 8100 }")).toMatchObject([
    { severity: "error", witness: { verdict: { outcome: "allowed" } } },
  ]);
});

test("a target at its start does not, nor does a single port", () => {
  expect(found(["8080"], "{ port: 8080, endPort: 8100 }")).toEqual([]);
  expect(found(["8080"], "{ port: 8080 }")).toEqual([]);
  expect(found(["8080"], "{ protocol: TCP }")).toEqual([]);
});

test("the end of the range is kept for a lower port, and opens others of the Service", () => {
  expect(found(["80:8080", "443:9000"], "{ port: 8080, endPort: 8090 }")).toMatchObject([
    { severity: "error", witness: { verdict: { outcome: "denied" } } },
  ]);
});

test("a port that is lost since an earlier one has its target is the matter of VPC008, and not of a range that opens the first", () => {
  const both = "{ port: 8080 }, { port: 8000, endPort: 8100 }";
  expect(found(["80:8080", "81:8080"], both)).toEqual([]);
  expect(found(["80:8080", "81:8080"], "{ port: 8000, endPort: 8100 }").map(({ message }) => message)).toEqual([
    expect.stringContaining("TCP 80 from"),
  ]);
});

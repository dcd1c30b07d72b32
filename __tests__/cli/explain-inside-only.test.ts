/** Services that answer inside the cluster only, asked for by somebody outside. */
import { join } from "node:path";
import { folderWith, removeFolders } from "./folders";
import { netpolWith } from "./netpol";
import { reportOf } from "./report-of";

afterAll(removeFolders);

const service = (name: string, more: string): string => `apiVersion: v1
kind: Service
metadata: { namespace: shop, name: ${name} }
spec: { selector: { app: web }, ports: [{ port: 80, targetPort: 8080 }]${more} }
`;
const documents = [
  "apiVersion: v1\nkind: Namespace\nmetadata: { name: shop }\n",
  "apiVersion: v1\nkind: Node\nmetadata: { name: node-1 }\nstatus: { addresses: [{ type: InternalIP, address: 10.0.1.4 }] }\n",
  "apiVersion: v1\nkind: Pod\nmetadata: { namespace: shop, name: web, labels: { app: web } }\nspec: { containers: [{ name: a, image: a }] }\n",
  service("inside", ""),
  service("headless", ", clusterIP: None"),
  service("balanced", ", type: LoadBalancer, loadBalancerSourceRanges: [198.51.100.0/24]"),
];
const cwd = folderWith({
  "shop.yaml": documents.join("---\n"),
  "netpol.config.yaml": "version: 1\ncontext: { podCidrs: [10.0.2.0/24] }\n",
});
const explained = (from: string, name: string) =>
  reportOf("explain", from, `svc/shop/${name}:80`, join(cwd, "shop.yaml"), "--config", join(cwd, "netpol.config.yaml"));

test.each(["internet", "198.51.100.7", "2001:db8::7", "10.9.9.9", "203.0.113.0/24"])(
  "%s does not reach it, whatever policies say",
  async (from) => {
    const { report } = await explained(from, "inside");
    expect(report.after).toMatchObject({ connections: { certain: "none", possible: "none" }, flows: [] });
    expect(report.service).toEqual({ name: "shop/inside", port: 80, refused: "inside-only", backends: [] });
    expect(report.layers).toEqual([]);
    expect(report.after.remedies).toMatchObject([{ goal: "allow" }]);
    expect(report.after.remedies[0]?.description).toMatch(/`type: LoadBalancer`, `type: NodePort` .* or connect from a pod/);
  },
);

test.each([
  ["a node", "10.0.1.4"],
  ["an address of a pod's range", "10.0.2.9"],
])("%s is inside", async (_, from) => {
  const { report } = await explained(from, "inside");
  expect(report.service?.refused).toBeUndefined();
  expect(report.after.connections.certain).toBe("TCP 80");
});

test("while nothing tells where pods are, a private address may be inside, and it is said what that hangs on", async () => {
  const only = folderWith({ "shop.yaml": [documents[0], documents[2], documents[3]].join("---\n") });
  const { report } = await reportOf("explain", "10.0.2.9", "svc/shop/inside", join(only, "shop.yaml"));
  expect(report.after.connections.certain).toBe("TCP 80");
  expect(report.notes.map(({ message }) => message).join()).toContain("answers pods and nodes of the cluster only");
  expect((await reportOf("explain", "internet", "svc/shop/inside", join(only, "shop.yaml"))).report.service?.refused).toBe("inside-only");
});

test("a headless Service leads to the pods themselves", async () => {
  expect((await explained("internet", "headless")).report.service?.refused).toBeUndefined();
});

test("a block that reaches in and out is told part by part", async () => {
  const { report } = await explained("10.0.0.0/16", "inside");
  expect(report.after.parts?.map(({ from, connections }) => [from.name, connections.certain])).toEqual([
    ["10.0.1.4/32 (node node-1)", "TCP 80"],
    ["10.0.2.0/24", "TCP 80"],
    ["10.0.0.0/16 but for 10.0.1.4/32, 10.0.2.0/24", "none"],
  ]);
  expect(report.notes.map(({ message }) => message).join()).toContain(
    "from 10.0.0.0/16 but for 10.0.1.4/32, 10.0.2.0/24: denied, whatever",
  );
});

test("a load balancer's source ranges divide a block as well", async () => {
  const { report } = await explained("198.51.0.0/16", "balanced");
  expect(report.after.parts?.map(({ from }) => from.name)).toContain("198.51.100.0/24");
});

test.each(["text", "markdown"])("%s says it where the answer is", async (format) => {
  const { stdout, code } = await netpolWith(
    { cwd },
    "explain",
    "internet",
    "svc/shop/inside",
    "shop.yaml",
    "-o",
    format,
    "--expect",
    "denied",
  );
  expect(code).toBe(0);
  expect(stdout).toContain("denied, whatever policies say: a Service of type ClusterIP answers pods and nodes of the cluster");
  expect(stdout).not.toContain("no workload is behind it");
});

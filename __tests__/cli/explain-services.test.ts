/** Explanations through Services, and of ends that are found by other things than their names. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { NamedEnds } from "../../cli/query/named-ends";
import { parseTarget } from "../../cli/ends";
import { Failure } from "../../cli/failure";
import { evaluate } from "../../engine";
import { markSharedNames } from "../../engine/model";
import { cluster } from "../builders";
import { netpol } from "./netpol";
import { expectRefusal, reportOf } from "./report-of";

const folder = mkdtempSync(join(tmpdir(), "netpol-services-"));
const input = join(folder, "shop.yaml");

const pod = (name: string, labels: string, ports = "[]"): string => `apiVersion: v1
kind: Pod
metadata: { namespace: shop, name: ${name}, labels: { ${labels} } }
spec: { containers: [{ name: a, image: a, ports: ${ports} }] }
`;
const service = (name: string, selector: string, port: string, more = ""): string => `apiVersion: v1
kind: Service
metadata: { namespace: shop, name: ${name} }
spec: { selector: { ${selector} }, ports: [{ port: 80, targetPort: ${port} }]${more} }
`;

beforeAll(() => {
  const documents = [
    "apiVersion: v1\nkind: Namespace\nmetadata: { name: shop }\n",
    pod("client", "app: client"),
    pod("open", "app: web, tier: open", "[{ name: http, containerPort: 8080 }]"),
    pod("closed", "app: web, tier: closed", "[{ name: http, containerPort: 8081 }]"),
    pod("nameless", "app: web, tier: open"),
    service("web", "app: web", "http"),
    service("nobody", "app: gone", "80"),
    service("direct", "tier: open", "8080", ", clusterIP: None"),
    "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: { namespace: shop, name: closed }\nspec: { podSelector: { matchLabels: { tier: closed } }, policyTypes: [Ingress] }\n",
  ];
  writeFileSync(input, documents.join("---\n"));
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

const through = async (to: string) => (await reportOf("explain", "shop/client", to, "-i", input)).report;

test("every workload behind a Service answers for itself, on the port its own name stands for", async () => {
  const { service: found, after, notes } = await through("svc/shop/web:80");
  expect(found?.backends.map(({ workload, port, outcome }) => [workload, port, outcome])).toEqual([
    ["shop/open", 8080, "allowed"],
    ["shop/closed", 8081, "denied"],
  ]);
  expect(after.connections).toEqual({ certain: "none", possible: "TCP 80" });
  expect(after.flows.map(({ to, port, verdict }) => [to.name, port, verdict.outcome])).toEqual([
    ["shop/open", 8080, "allowed"],
    ["shop/closed", 8081, "denied"],
  ]);
  expect(notes.map(({ message }) => message)).toEqual([
    "some endpoints let the flow in and some do not, so that it works by chance",
    "shop/nameless is selected by the Service, but declares no port of the name its `targetPort` gives, so it is no endpoint",
  ]);
});

test("a Service that works by chance is neither allowed nor denied", async () => {
  for (const expected of ["allowed", "denied"]) {
    expect((await netpol("explain", "shop/client", "svc/shop/web:80", "-i", input, "--expect", expected)).code).toBe(1);
  }
});

test("behind a Service without endpoints nobody answers: denied", async () => {
  const { service: found, after } = await through("svc/shop/nobody");
  expect(found?.backends).toEqual([]);
  expect(after).toEqual({ connections: { certain: "none", possible: "none" }, flows: [], remedies: [] });
  expect((await netpol("explain", "shop/client", "svc/shop/nobody", "-i", input, "--expect", "denied")).code).toBe(0);
  expect((await netpol("explain", "shop/client", "svc/shop/nobody", "-i", input)).stdout).toContain("no workload is behind it");
});

test("a headless Service translates no port: a number is the pods' own", async () => {
  const { service: found } = await through("direct.shop.svc:9999");
  expect(found?.backends.map(({ workload, port }) => [workload, port])).toEqual([
    ["shop/open", 9999],
    ["shop/nameless", 9999],
  ]);
});

test("a Service leads a pod back to itself as well", async () => {
  const { report } = await reportOf("explain", "shop/open", "svc/shop/web:80", "-i", input);
  expect(report.service?.backends.map(({ workload }) => workload)).toEqual(["shop/open (itself)", "shop/closed"]);
});

describe("ends by other things than their names", () => {
  const written = cluster()
    .namespace("shop")
    .deployment("web", {
      pods: [
        { name: "web-1", ips: ["10.0.0.1", "fd00::1"] },
        { name: "web-2", ips: ["10.0.0.2"] },
      ],
      location: { address: "kubernetes_deployment_v1.front" },
    })
    .workload("StatefulSet", "web")
    .pod("host", { hostNetwork: true, ips: ["172.16.0.9"] })
    .service("web", { clusterIps: ["10.96.0.5"] })
    .build();
  const content = markSharedNames(written);
  const ends = new NamedEnds(evaluate(content));
  const find = (text: string) => {
    const { end, text: name } = parseTarget(text);
    return ends.find(end, name);
  };

  test.each([
    ["kubernetes_deployment_v1.front", "shop/Deployment/web"],
    ["web-1", "shop/Deployment/web (pod web-1)"],
    ["shop/web-2", "shop/Deployment/web (pod web-2)"],
    ["shop/Pod/web-2", "shop/Deployment/web (pod web-2)"],
    ["10.0.0.2", "shop/Deployment/web (pod web-2)"],
    ["[fd00::1]", "shop/Deployment/web (pod web-1)"],
    ["10.96.0.5", "shop/web"],
    // The address of a host-networked pod is its node's.
    ["172.16.0.9", "172.16.0.9"],
    ["shop/sts/web", "shop/StatefulSet/web"],
  ])("`%s` is %s", (text, name) => {
    expect(find(text)).toMatchObject({ end: { name } });
  });

  test("workloads of one name are told apart by kind", () => {
    expect(() => find("shop/web")).toThrow(
      new Failure("`shop/web` is 2 ends: `shop/Deployment/web`, `shop/StatefulSet/web`; name one of them"),
    );
  });

  test("the same pod is found in another cluster, and one that is not there is not", () => {
    const other = new NamedEnds(
      evaluate({ ...content, workloads: content.workloads.map((each) => ({ ...each, pods: (each.pods ?? []).slice(0, 1) })) }),
    );
    expect(other.counterpart(find("web-1"))).toMatchObject({ end: { name: "shop/Deployment/web (pod web-1)" } });
    expect(other.counterpart(find("web-2"))).toBeUndefined();
    expect(other.counterpart(find("10.96.0.5"))).toMatchObject({ kind: "service" });
    expect(new NamedEnds(evaluate(cluster().namespace("shop").build())).counterpart(find("web-1"))).toBeUndefined();
  });
});

test("of many names the closest are said, with how many there are", async () => {
  const many = join(folder, "many.yaml");
  writeFileSync(many, Array.from({ length: 30 }, (_, n) => pod(`worker-${String(n)}`, "app: worker")).join("---\n"));
  await expectRefusal(
    ["explain", "shop/worker-7x", "shop/worker-1", "-i", many],
    "workload `shop/worker-7x` is not there; the closest of 30 are `shop/worker-7`",
  );
});

/** Workloads of one name and different kinds are told apart in every report. */
import { join } from "node:path";
import type { ReportEnd } from "../../engine/report";
import { folderWith, removeFolders } from "./folders";
import { netpolWith } from "./netpol";
import { reportOf } from "./report-of";

afterAll(removeFolders);

const workload = (kind: string): string => `apiVersion: apps/v1
kind: ${kind}
metadata: { namespace: shop, name: web }
spec:
  selector: { matchLabels: { app: web, kind: ${kind} } }
  template:
    metadata: { labels: { app: web, kind: ${kind} } }
    spec: { containers: [{ name: main, image: nginx, ports: [{ containerPort: 80 }] }] }
`;
const policy = `apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { namespace: shop, name: closed }
spec: { podSelector: { matchLabels: { kind: DaemonSet } }, policyTypes: [Ingress] }
`;
const service = `apiVersion: v1
kind: Service
metadata: { namespace: shop, name: front }
spec: { selector: { app: web }, ports: [{ port: 80 }] }
`;
const namespace = "apiVersion: v1\nkind: Namespace\nmetadata: { name: shop }\n";

const cwd = folderWith({
  "old.yaml": [namespace, workload("Deployment"), service].join("---\n"),
  "new.yaml": [namespace, workload("Deployment"), workload("DaemonSet"), service, policy].join("---\n"),
});
const [old, now] = ["old.yaml", "new.yaml"].map((each) => join(cwd, each)) as [string, string];

describe.each([
  ["list", "text", "table", "markdown", "csv", "dot"],
  ["matrix --by workload", "text", "table", "markdown", "csv"],
  ["exposure", "text", "table", "markdown", "csv", "dot"],
  ["diff --before old.yaml", "text", "table", "markdown", "csv", "dot"],
  ["explain shop/Deployment/web svc/shop/front", "text", "table", "markdown", "csv"],
])("%s", (command, ...formats) => {
  test.each(formats)("as %s shows the kinds", async (format) => {
    const { code, stdout } = await netpolWith({ cwd }, ...command.split(" "), "-i", "new.yaml", "-o", format);
    expect(code).toBe(0);
    // A table breaks long names.
    expect(stdout).toContain(format === "table" ? "shop/Deploy" : "shop/Deployment/web");
    expect(stdout).toContain(format === "table" ? "shop/Daemon" : "shop/DaemonSet/web");
    expect(stdout).not.toContain("shop/web");
  });
});

test("JSON names each of them otherwise, and its kind", async () => {
  const { report } = await reportOf("list", now);
  const ends = report.connections.flatMap(({ from, to }): readonly ReportEnd[] => [from, to]).filter(({ kind }) => kind === "workload");
  expect(new Set(ends.map(({ name, workloadKind }) => `${name} ${String(workloadKind)}`))).toEqual(
    new Set(["shop/Deployment/web Deployment", "shop/DaemonSet/web DaemonSet"]),
  );
});

test("a workload is called the same before and after another takes its name", async () => {
  const { report } = await reportOf("diff", now, "--before", old);
  expect(report.workloadsAdded).toEqual(["shop/DaemonSet/web"]);
  expect(report.connections.flatMap(({ causes }) => causes.workloads)).not.toContain("shop/Deployment/web");
});

test("names of a list are found again, also where they have come to be shared", async () => {
  for (const from of [old, now]) {
    const list = join(cwd, "list.json");
    await netpolWith({ cwd }, "list", from, "-o", `json=${list}`);
    const { stderr, stdout } = await netpolWith({ cwd }, "suggest", "--from-list", list, "-i", now);
    expect(stderr).toBe("");
    expect(stdout).toContain("kind: NetworkPolicy");
  }
});

test.each(["shop/DaemonSet/web", "shop/ds/web", "ds/web"])("`%s` is one of them", async (text) => {
  const { report } = await reportOf("explain", "internet", `${text}:80`, now);
  expect(report.to.name).toBe("shop/DaemonSet/web");
  expect(report.after.flows[0]?.verdict.outcome).toBe("denied");
});

/** Pods of which nothing tells the address: whether blocks of addresses let them in is decided, or said to be undecided, in every answer. */
import { join } from "node:path";
import { folderWith, removeFolders } from "./folders";
import { netpol } from "./netpol";
import { reportOf } from "./report-of";

afterAll(removeFolders);

const workload = (name: string): object => ({
  metadata: { name, namespace: "a" },
  spec: {
    selector: { match_labels: { app: name } },
    template: { metadata: { labels: { app: name } }, spec: { container: [{ name: "c", image: "i", port: [{ container_port: 80 }] }] } },
  },
});

/** A stack of two workloads, of which `x` lets in one block. */
function stackWith(block: Readonly<Record<string, unknown>>): string {
  const spec = { pod_selector: { match_labels: { app: "x" } }, policy_types: ["Ingress"], ingress: [{ from: [{ ip_block: block }] }] };
  const resource = {
    kubernetes_namespace_v1: { a: { metadata: { name: "a" } } },
    kubernetes_deployment_v1: { x: workload("x"), y: workload("y") },
    kubernetes_network_policy_v1: { p: { metadata: { name: "p", namespace: "a" }, spec } },
  };
  return join(folderWith({ "cdk.tf.json": { resource, variable: { office: { type: "string" } } } }), "cdk.tf.json");
}

const denied = join(
  folderWith({ "e.yaml": "version: 1\nexpect:\n  - { id: closed, deny: { from: a/y, to: a/x, ports: 80 } }\n" }),
  "e.yaml",
);
const gate = ["-e", denied, "--fail-on", "none"];
const configured = (podCidr: string): readonly string[] => [
  "--config",
  join(folderWith({ "netpol.config.yaml": `version: 1\ncontext: { podCidrs: [${podCidr}] }\n` }), "netpol.config.yaml"),
];

describe.each([
  ["a private block", { cidr: "10.0.0.0/16" }, "undecided", 3, "the addresses of pods: give `context.podCidrs`"],
  ["a block that is not known", { cidr: "${var.office}" }, "undecided", 3, "`var.office` has no default"],
  ["an exception that is not known", { cidr: "10.0.0.0/8", except: ["${var.office}"] }, "undecided", 3, "`var.office` has no default"],
  ["0.0.0.0/0 with an exception", { cidr: "0.0.0.0/0", except: ["10.0.0.0/8"] }, "undecided", 3, "the addresses of pods"],
  ["0.0.0.0/0", { cidr: "0.0.0.0/0" }, "allowed", 1, undefined],
  ["a public block", { cidr: "198.51.100.0/24" }, "denied", 0, undefined],
] as const)("behind %s", (_, block, outcome, code, reason) => {
  test(`a pod is ${outcome}`, async () => {
    const { report } = await reportOf("explain", "a/y", "a/x:80", "-i", stackWith(block));
    const [flow] = report.after.flows;
    expect(flow?.verdict.outcome).toBe(outcome);
    const reasons = flow?.verdict.ingress.unknowns.map(({ because }) => because) ?? [];
    expect(reasons).toEqual(reason === undefined ? [] : [expect.stringContaining(reason)]);
  });

  test(`an expectation that denies it ends with ${String(code)}, strict or not, and every output says it`, async () => {
    const stack = stackWith(block);
    const runs = [[], ["--unknown", "strict"]].map((more) => ["check", stack, ...gate, ...more]);
    for (const run of runs) expect((await netpol(...run)).code).toBe(code);
    const { report } = await reportOf("check", stack, ...gate);
    expect(report.expectations.map(({ result }) => result)).toEqual([{ 0: "passed", 1: "failed", 3: "undecided" }[code]]);
    const github = await netpol("check", stack, ...gate, "-o", "github");
    expect(github.stdout.includes("expectation closed")).toBe(code !== 0);
    const junit = await netpol("check", stack, ...gate, "-o", "junit");
    expect(/<testcase name="closed[^>]*[^/]>\s*<(?:failure|skipped)/.test(junit.stdout)).toBe(code !== 0);
  });

  test("`explain --expect denied` does not pass unless it is", async () => {
    const { code: exit } = await netpol("explain", "a/y", "a/x:80", "-i", stackWith(block), "--expect", "denied");
    expect(exit === 0).toBe(outcome === "denied");
  });
});

test("ranges that are given decide", async () => {
  const stack = stackWith({ cidr: "10.0.0.0/16" });
  const outcomes = [];
  for (const range of ["10.0.0.0/16", "10.0.0.0/8", "10.1.0.0/16"]) {
    const { report } = await reportOf("explain", "a/y", "a/x:80", "-i", stack, ...configured(range));
    outcomes.push(report.after.flows[0]?.verdict.outcome);
    expect(report.notes).toEqual([]);
  }
  expect(outcomes).toEqual(["allowed", "undecided", "denied"]);
});

test("what is assumed is a note where policies name blocks, and nowhere else", async () => {
  const notes = async (...inputs: readonly string[]) => (await reportOf("list", ...inputs)).report.notes;
  expect(await notes(stackWith({ cidr: "10.0.0.0/16" }))).toEqual([
    {
      severity: "note",
      message:
        "the addresses of 2 workloads' pods are not known, and are taken to be in 10.0.0.0/8, 100.64.0.0/10, 172.16.0.0/12 or 192.168.0.0/16: give `context.podCidrs` in netpol.config.yaml, or the stack that holds the VPC",
      location: {},
    },
  ]);
  expect(await notes("step-3")).toEqual([]);
});

import { folderWith, removeFolders } from "./folders";
import { netpolWith, type NetpolResult } from "./netpol";

afterAll(removeFolders);

const pod = `apiVersion: v1
kind: Pod
metadata: { name: web, namespace: shop, labels: { app: web } }
spec: { containers: [{ name: c, image: i }] }
---
apiVersion: v1
kind: Namespace
metadata: { name: shop }
`;
const policy = (rule: string): string => `apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: p, namespace: shop }
spec:
  podSelector: {}
  policyTypes: [Ingress, Egress]
  ingress:
    - ${rule}
`;
const foreign = (apiVersion: string, kind: string): string => `apiVersion: ${apiVersion}
kind: ${kind}
metadata: { name: theirs, namespace: shop }
spec: {}
`;

/** Runs `netpol` on one file. */
const run = (documents: readonly string[], ...args: readonly string[]): Promise<NetpolResult> =>
  netpolWith({ cwd: folderWith({ "in.yaml": documents.join("---\n") }) }, ...args);

const others = [
  ["cilium.io/v2", "CiliumNetworkPolicy"],
  ["crd.projectcalico.org/v1", "GlobalNetworkPolicy"],
  ["projectcalico.org/v3", "NetworkPolicy"],
  ["security.istio.io/v1", "AuthorizationPolicy"],
] as const;

describe("policies of other products", () => {
  test.each(others)("a policy of %s %s leaves a strict gate undecided, and is a finding", async (apiVersion, kind) => {
    const { code, stdout } = await run([pod, foreign(apiVersion, kind)], "check", "in.yaml", "--unknown", "strict", "-o", "json");
    const report = JSON.parse(stdout) as { gate: { result: string; because: string[] }; findings: { code: string; location: object }[] };
    expect(code).toBe(3);
    expect(report.gate.because).toEqual([expect.stringContaining(`\`${apiVersion} ${kind}\` was not read`)]);
    expect(report.findings).toContainEqual(expect.objectContaining({ code: "NP907", location: { file: "in.yaml", line: 10, column: 1 } }));
  });

  test("the gate passes where nothing asks for strictness, and every format says it", async () => {
    for (const format of ["text", "json", "sarif", "junit", "github", "markdown", "csv", "table"]) {
      const { code, stdout } = await run([pod, foreign(...others[0])], "check", "in.yaml", "-o", format);
      expect({ format, code, says: stdout.includes("NP907") }).toEqual({ format, code: 0, says: true });
    }
  });

  test("a strict diff is undecided as well", async () => {
    const cwd = folderWith({ "before.yaml": pod, "after.yaml": `${pod}---\n${foreign(...others[0])}` });
    const { code, stdout } = await netpolWith({ cwd }, "diff", "after.yaml", "--before", "before.yaml", "--unknown", "strict");
    expect(code).toBe(3);
    expect(stdout).toContain("UNDECIDED");
  });

  test("an input of nothing else is named by its kinds", async () => {
    const { code, stderr } = await run([foreign(...others[0])], "check", "in.yaml");
    expect(code).toBe(3);
    expect(stderr).toBe(
      "error: the input holds only kinds that say nothing here or are not modelled (`cilium.io/v2 CiliumNetworkPolicy`), so nothing was checked; add the workloads and policies of the cluster, or say `--allow-empty`\n",
    );
  });
});

describe("fields that a kind does not have", () => {
  test.each([
    ["form: [{ podSelector: {} }]", "form", "from", 7],
    ["port: [{ port: 80 }]", "port", "ports", 7],
    ["from: [{ podselector: {} , namespaceSelector: {} }]", "podselector", "podSelector", 16],
  ])("`%s` is a finding at its place, with the field that was meant", async (rule, field, meant, column) => {
    const { stdout, code } = await run([pod, policy(rule)], "check", "in.yaml", "-o", "json");
    const { findings, notes } = JSON.parse(stdout) as { findings: { code: string; message: string }[]; notes: { message: string }[] };
    const found = findings.filter((each) => each.code === "NP908");
    expect(found).toEqual([
      expect.objectContaining({
        severity: "warning",
        message: expect.stringMatching(new RegExp(`\\.${field}\`.*did you mean \`${meant}\``)) as string,
        location: { file: "in.yaml", line: 17, column },
      }),
    ]);
    expect(notes.filter(({ message }) => message === found[0]?.message)).toEqual([]);
    expect(code).toBe(0);
  });

  test("questions say it as a note", async () => {
    const { stdout } = await run([pod, policy("form: [{ podSelector: {} }]")], "list", "in.yaml");
    expect(stdout).toContain("did you mean `from`?");
  });
});

describe("where the input is at fault", () => {
  test("an error points to the field, not to its object", async () => {
    const { code, stderr } = await run([pod, policy("ports: [{ port: 99999 }]")], "check", "in.yaml");
    expect(code).toBe(2);
    expect(stderr).toMatch(/^error: in\.yaml:17:17: NetworkPolicy `shop\/p` would be rejected/);
  });

  test("a template that nobody rendered is recognized", async () => {
    const { stderr } = await run([policy("{}").replace("name: p", "name: {{ .Values.name }}")], "check", "in.yaml");
    expect(stderr).toContain("`metadata.name` must be a string; it looks like a template: pass what `helm template` makes of it");
  });

  test("a version that Kubernetes removed is a warning", async () => {
    const { stdout } = await run([pod, policy("{}").replace("networking.k8s.io/v1", "extensions/v1beta1")], "list", "in.yaml");
    expect(stdout.replace(/\s+/g, " ")).toContain("which Kubernetes 1.16 removed");
  });

  test("kinds that rules read are not said to be unread", async () => {
    const read = [
      ["v1", "ServiceAccount"],
      ["admissionregistration.k8s.io/v1", "ValidatingWebhookConfiguration"],
      ["rbac.authorization.k8s.io/v1", "ClusterRoleBinding"],
    ] as const;
    const { stdout } = await run(
      [pod, ...read.map(([apiVersion, kind]) => foreign(apiVersion, kind)), foreign("v1", "Secret")],
      "check",
      "in.yaml",
      "-o",
      "json",
    );
    const { notes } = JSON.parse(stdout) as { notes: { message: string }[] };
    expect(notes.map(({ message }) => message)).toEqual([
      "1 object is of kinds that say nothing about connections and were not read: `v1 Secret` (1)",
    ]);
  });
});

describe("what a gate prints", () => {
  test("manifests alone say first that enforcement is not known", async () => {
    const { stdout } = await run([pod, policy("{}")], "check", "in.yaml");
    expect(stdout.split("\n")[0]).toBe(
      "enforcement: not known; the input holds no EKS cluster: add its stack, plan or state to the inputs",
    );
    const sarif = JSON.parse((await run([pod], "check", "in.yaml", "-o", "sarif")).stdout) as {
      runs: { invocations: { toolExecutionNotifications: { message: { text: string } }[] }[] }[];
    };
    expect(sarif.runs[0]?.invocations[0]?.toolExecutionNotifications[0]?.message.text).toBe(
      "enforcement: not known; the input holds no EKS cluster: add its stack, plan or state to the inputs",
    );
  });

  test.each([
    ["check", "in.yaml"],
    ["diff", "in.yaml", "--before", "in.yaml"],
    ["explain", "internet", "web", "in.yaml"],
    ["list", "in.yaml"],
    ["matrix", "in.yaml"],
    ["exposure", "in.yaml"],
    ["divergences", "in.yaml"],
    ["suggest", "flows.yaml", "-i", "in.yaml"],
  ])("%s says it first to people, and what to add", async (...command) => {
    const flows = "version: 1\nflows: [{ from: internet, to: shop/web, ports: 80 }]\n";
    const cwd = folderWith({ "in.yaml": [pod, policy("{}")].join("---\n"), "flows.yaml": flows });
    for (const format of ["text", "table", "markdown"]) {
      if (format === "table" && command[0] === "suggest") continue;
      const { stdout } = await netpolWith({ cwd }, ...command, "-o", format);
      const said = stdout.split("\n").filter((line) => line !== "" && !line.startsWith("###"));
      expect(said[0]).toMatch(/^(# )?(\*\*)?enforcement:\W+not known; the input holds no EKS cluster/i);
      expect(said.slice(0, 2).join(" ")).toContain("add its stack, plan or state to the inputs");
    }
  });

  test("text shows twenty findings of a rule, errors first, and counts the others; JSON has them all", async () => {
    const policies = Array.from({ length: 30 }, (_, n) => policy("form: []").replace("name: p", `name: p${String(n)}`));
    const { stdout } = await run([pod, ...policies], "check", "in.yaml", "--rule", "NP201=error");
    const { findings } = JSON.parse((await run([pod, ...policies], "check", "in.yaml", "-o", "json")).stdout) as {
      findings: { code: string }[];
    };
    expect(findings.filter(({ code }) => code === "NP908")).toHaveLength(30);
    expect(stdout.match(/^ {2}warning NP908/gm)).toHaveLength(20);
    expect(stdout).toContain("  and 10 more NP908; all of them: -o json=FILE\n");
    expect(stdout.indexOf("  error NP201")).toBeGreaterThan(0);
    expect(stdout.indexOf("  error NP201")).toBeLessThan(stdout.indexOf("  warning NP908"));
  });
});

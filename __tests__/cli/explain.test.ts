import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { netpol, netpolProcess } from "./netpol";
import { expectRefusal, reportOf } from "./report-of";

const plans = join(__dirname, "..", "fixtures", "terraform-plans");
const folder = mkdtempSync(join(tmpdir(), "netpol-explain-"));
afterAll(() => {
  rmSync(folder, { recursive: true });
});

const frontendToBackend = ["frontend/nginx", "backend/nginx:80"];

describe("the experiment, step by step: may the frontend's nginx reach the backend's on port 80", () => {
  test.each([
    ["step-1", "allowed", "default", [], []],
    ["step-2", "denied", "NetworkPolicy", ["default-deny-ingress"], []],
    ["step-3", "allowed", "NetworkPolicy", ["default-deny-ingress", "netpol-allow-nginx-front"], ["netpol-allow-nginx-front"]],
  ])("%s: %s", async (step, outcome, decidedBy, isolatedBy, allowedBy) => {
    const { code, report } = await reportOf("explain", ...frontendToBackend, "-i", step);
    expect(code).toBe(0);
    expect(report.before).toBeUndefined();
    const [flow, ...others] = report.after.flows;
    expect(others).toEqual([]);
    expect(flow).toMatchObject({ ports: "TCP 80", protocol: "TCP", port: 80, verdict: { outcome, egress: { decidedBy: "default" } } });
    const { ingress } = flow!.verdict;
    expect(ingress.decidedBy).toBe(decidedBy);
    expect(ingress.isolatedBy.map(({ name }) => name)).toEqual(isolatedBy);
    expect(ingress.allowedBy.map(({ policy, rule, peer }) => [policy.name, rule, peer])).toEqual(allowedBy.map((name) => [name, 0, 0]));
  });

  test.each(["step-1", "step-2", "step-3"])("%s in words, with the place of each policy and what would turn the answer", async (step) => {
    const { code, stdout, stderr } = await netpol("explain", ...frontendToBackend, "-i", step);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(stdout).toMatchSnapshot();
  });

  test("from step 2 to step 3, through the Service by its DNS name: denied before, allowed after", async () => {
    const args = ["frontend/nginx", "nginx.backend.svc.cluster.local:80", "-i", "step-3", "--before", "step-2"];
    const { report } = await reportOf("explain", ...args);
    expect(report.asked).toBe("frontend/nginx → Service backend/nginx TCP 80");
    expect([report.before?.connections, report.after.connections].map((each) => each?.possible)).toEqual(["none", "TCP 80"]);
    expect([report.before, report.after].map((each) => each?.flows.map(({ verdict }) => verdict.outcome))).toEqual([
      ["denied"],
      ["allowed"],
    ]);
    expect(report.service).toMatchObject({
      name: "backend/nginx",
      port: 80,
      backends: [{ workload: "backend/nginx", port: 80, outcome: "allowed" }],
    });
    const { stdout } = await netpol("explain", ...args);
    expect(stdout).toMatchSnapshot();
  });

  test.each(["markdown", "csv", "table"])("from step 2 to step 3 as %s", async (format) => {
    const { code, stdout } = await netpol("explain", ...frontendToBackend, "-i", "step-3", "--before", "step-2", "-o", format);
    expect(code).toBe(0);
    expect(stdout).toMatchSnapshot();
  });
});

describe("what would turn the answer", () => {
  test("the change for a denied flow is YAML that allows exactly it", async () => {
    const { report } = await reportOf("explain", ...frontendToBackend, "-i", "step-2");
    const [remedy, ...others] = report.after.remedies;
    expect(others).toEqual([]);
    expect(remedy).toMatchObject({ goal: "allow", alsoOpens: [] });
    // A rule in the policy that selects the whole namespace would open pods to come as well.
    expect(remedy!.description).toBe("create NetworkPolicy backend/allow-ingress-tcp-80");
    // Applied beside the workloads, the answer is the other one.
    const manifest = netpolProcess(["explain", ...frontendToBackend, "-i", "step-1", "-i", "-", "--expect", "allowed"], {
      input: remedy!.yaml!,
    });
    expect(manifest).toMatchObject({ code: 0, stderr: "" });
    const port81 = netpolProcess(["explain", "frontend/nginx", "backend/nginx:81", "-i", "step-1", "-i", "-", "--expect", "denied"], {
      input: remedy!.yaml!,
    });
    expect(port81.code).toBe(0);
  }, 60_000);

  test("for an allowed flow, the rules that have to go come before a policy that closes more", async () => {
    const { report } = await reportOf("explain", ...frontendToBackend, "-i", "step-3");
    expect(report.after.remedies.map(({ goal, description }) => [goal, description])).toEqual([
      ["deny", "remove ingress[0] of NetworkPolicy backend/netpol-allow-nginx-front (ingress)"],
      ["deny", "create NetworkPolicy frontend/deny-egress-tcp-80, which closes TCP 80 to every other end as well (egress)"],
    ]);
  });

  test("nothing can be proposed for a lone pod and itself", async () => {
    const { report } = await reportOf("explain", "data/backup", "data/backup:80", "-i", "shop");
    expect(report.after.flows.map(({ verdict }) => verdict.egress.decidedBy)).toEqual(["exempt"]);
    expect(report.after.remedies).toEqual([]);
  });
});

describe("ports", () => {
  test("without a port, ports with the same answer are one group", async () => {
    const { report } = await reportOf("explain", "shop/web", "shop/api", "-i", "shop");
    expect(report.after.flows.map(({ ports, verdict }) => [ports, verdict.outcome])).toEqual([
      ["TCP 8000", "allowed"],
      ["TCP 1-7999,8001-65535; UDP all; SCTP all", "denied"],
    ]);
    // One remedy for a port that is denied and of use, the others for the one that is allowed.
    expect(
      report.after.remedies.map(({ goal, description }) => [goal, /TCP \d+ of [a-z/]+/.exec(description.replace(/^.*\(for/, ""))?.[0]]),
    ).toEqual([
      ["allow", "TCP 9090 of shop/api"],
      ["deny", "TCP 8000 of shop/api"],
      ["deny", "TCP 8000 of shop/api"],
    ]);
  });

  test("without a port and a policy, every port is one group", async () => {
    const { report } = await reportOf("explain", "frontend/nginx", "backend/nginx", "-i", "step-1");
    expect(report.after.flows.map(({ ports }) => ports)).toEqual(["every port"]);
  });

  test.each([
    ["a name is the port its pods declare", "shop/web:http", "TCP", 8080],
    ["a name brings its protocol along", "kube-system/coredns:dns", "UDP", 53],
    ["a protocol may be written small", "kube-system/coredns:53/udp", "UDP", 53],
    ["a number is TCP", "kube-system/coredns:53", "TCP", 53],
  ])("%s", async (_, to, protocol, port) => {
    const { report } = await reportOf("explain", "shop/api", to, "-i", "shop");
    expect(report.after.flows.map((each) => [each.protocol, each.port])).toEqual([[protocol, port]]);
  });

  test("`--port` says it as well", async () => {
    const beside = await reportOf("explain", "shop/api", "kube-system/coredns", "--port", "53/UDP", "-i", "shop");
    const behind = await reportOf("explain", "shop/api", "kube-system/coredns:53/UDP", "-i", "shop");
    expect(beside.report).toEqual(behind.report);
  });
});

describe("ends", () => {
  test.each([
    ["by namespace, kind and name", "shop/Deployment/web"],
    ["by a short kind", "shop/deploy/web"],
    ["by kind and name", "deployment/web"],
    ["by a name that only one has", "web"],
  ])("a workload %s", async (_, from) => {
    const { report } = await reportOf("explain", from, "data/db:5432", "-i", "shop");
    expect(report.from).toMatchObject({ kind: "workload", name: "shop/web" });
  });

  test("an address that a pod has is that pod; another is outside", async () => {
    const pod = await reportOf("explain", "10.1.0.7", "data/db:5432", "-i", "shop");
    expect(pod.report.from).toMatchObject({ kind: "workload", name: "data/backup" });
    const outside = await reportOf("explain", "10.1.0.8", "data/db:5432", "-i", "shop");
    expect(outside.report.from).toMatchObject({ kind: "addresses", name: "10.1.0.8" });
    const six = await reportOf("explain", "data/db", "[2001:db8::1]:443", "-i", "shop");
    expect(six.report.to).toMatchObject({ kind: "addresses", name: "2001:db8::1" });
  });

  test("the address of a Service is the Service, with its ports translated", async () => {
    const { report } = await reportOf("explain", "shop/api", "10.100.0.20:80", "-i", "shop");
    expect(report.to).toMatchObject({ kind: "service", name: "shop/web:80" });
    expect(report.service?.backends).toMatchObject([{ workload: "shop/web", port: 8080, outcome: "denied" }]);
    const named = await reportOf("explain", "shop/api", "svc/web:public", "-i", "shop");
    expect(named.report.service).toEqual(report.service);
  });

  test("a Service that has one port needs none", async () => {
    const { report } = await reportOf("explain", "shop/api", "svc/data/db", "-i", "shop");
    expect(report.asked).toBe("shop/api → Service data/db TCP 5432");
    expect(report.after.flows[0]?.verdict.outcome).toBe("allowed");
  });

  test("the internet is a public address, and those that fare otherwise are said", async () => {
    const { report } = await reportOf("explain", "internet", "shop/web:http", "-i", "shop");
    expect(report.from).toMatchObject({ kind: "addresses", name: "internet (203.0.113.10)" });
    expect(report.after.flows[0]?.verdict.outcome).toBe("allowed");
    expect(report.notes.map(({ message }) => message)).toContain("public IPv6 addresses may use none");
  });
});

describe("before and after", () => {
  test("an end that is new has no before", async () => {
    const { report } = await reportOf("explain", "shop/web", "shop/api:8000", "-i", "shop", "--before", "step-1");
    expect(report.before).toBeUndefined();
    expect(report.notes.map(({ message }) => message)).toContain("an end was not there before the change");
  });

  test("with an end that goes, whatever flowed goes", async () => {
    const args = ["explain", "shop/web", "shop/api:8000", "-i", "step-1", "--before", "shop"];
    const { report } = await reportOf("explain", ...args.slice(1));
    expect(report.before?.flows.map(({ verdict }) => verdict.outcome)).toEqual(["allowed"]);
    expect(report.after).toEqual({ connections: { certain: "none", possible: "none" }, flows: [], remedies: [] });
    expect((await netpol(...args, "--expect", "denied")).code).toBe(0);
  });

  test("a plan brings both, with the address of what decides", async () => {
    const update = join(plans, "plan-cdktf-update-unknown.json");
    const { report } = await reportOf("explain", "internet", "shop/api:9999", "-i", update);
    expect(report.before?.flows.map(({ verdict }) => verdict.outcome)).toEqual(["denied"]);
    const [flow] = report.after.flows;
    expect(flow?.verdict.outcome).toBe("allowed");
    expect(flow?.verdict.ingress.allowedBy.map(({ policy }) => policy.location?.address)).toEqual([
      "kubernetes_network_policy_v1.team-a_dyn_46DD43DC",
    ]);
  });

  test("a plan that creates an end knows no before of it", async () => {
    const { report } = await reportOf("explain", "internet", "shop/api:8080", "-i", join(plans, "plan-cdktf-create.json"));
    expect(report.before).toBeUndefined();
    expect(report.after.flows).toHaveLength(1);
  });
});

describe("`--expect` is a gate", () => {
  test.each([
    ["step-3", "allowed", 0],
    ["step-3", "denied", 1],
    ["step-2", "denied", 0],
    ["step-2", "allowed", 1],
  ])("%s is %s: exit code %i", async (step, expected, code) => {
    const result = await netpol("explain", ...frontendToBackend, "-i", step, "--expect", expected);
    expect(result.code).toBe(code);
    expect(result.stdout).toContain("frontend/nginx → backend/nginx TCP 80");
  });

  test("of many ports, every one counts", async () => {
    expect((await netpol("explain", "shop/web", "shop/api", "-i", "shop", "--expect", "allowed")).code).toBe(1);
    expect((await netpol("explain", "frontend/nginx", "backend/nginx", "-i", "step-2", "--expect", "denied")).code).toBe(0);
  });
});

describe("bad usage is one error, exit code 2, and nothing on standard output", () => {
  test.each([
    ["a name that is not there, with the closest", ["shop/wbe", "shop/api"], "workload `shop/wbe` is not there; there are `shop/web`"],
    ["a wrong namespace", ["data/web", "shop/api"], "`shop/web`"],
    [
      "a namespace",
      ["shop/web", "data"],
      "`data` is a namespace; name one of its workloads, such as `data/db`; a file of flows and `netpol list --focus` take all of them, as `data/*`",
    ],
    ["a namespace by its kind", ["ns/data", "shop/web"], "`ns/data` is a namespace"],
    ["a pattern", ["shop/*", "data/db"], "`shop/*` is a pattern, and one workload is asked for; `netpol list --focus` takes patterns"],
    [
      "a name that several have",
      ["frontend/nginx", "nginx"],
      "`nginx` is 2 ends: `backend/nginx`, `frontend/nginx`; name one of them",
      "step-1",
    ],
    ["a Service that is not there", ["shop/web", "svc/shop/api:80"], "Service `shop/api` is not there; there are `shop/web`, `data/db`"],
    ["a Service without a port", ["shop/api", "svc/shop/web"], "Service `shop/web` needs a port; it has `:80` (public), `:8443` (admin)"],
    [
      "a port the Service has not",
      ["shop/api", "svc/shop/web:81"],
      "Service `shop/web` has no port `:81`; it has `:80` (public), `:8443` (admin)",
    ],
    ["a Service that connects", ["svc/shop/web", "shop/api"], "`svc/shop/web` is a Service, which only receives"],
    ["a port name nobody declares", ["shop/web", "shop/api:sql"], "`shop/api` declares no port `sql`; it declares `:http`, `:metrics`"],
    ["a port name of an address", ["shop/web", "10.9.9.9:http"], "`:http` is a name, and an address declares no ports"],
    ["a port of the source", ["shop/web:80", "shop/api"], "`shop/web:80` has a port, but the port is the destination's"],
    ["two ports", ["shop/web", "shop/api:80", "--port", "81"], "the port is there twice"],
    ["a kind before a colon", ["service:shop/web:80", "shop/api"], "a Service is written `svc/shop/web:80`"],
    ["a Service's kind before a colon, as a destination", ["shop/api", "svc:shop/web"], "a Service is written `svc/shop/web`"],
    ["another kind before a colon", ["pod:data/backup", "shop/web"], "a Pod is written `data/Pod/backup`"],
    ["a block and an address", ["10.0.0.0/8", "192.0.2.1"], "neither `10.0.0.0/8` nor `192.0.2.1` is a pod"],
    ["a port name of a block", ["shop/web", "10.9.0.0/16:http"], "`:http` is a name, and an address declares no ports"],
    ["two ends outside", ["internet", "10.9.9.9"], "neither `internet` nor `10.9.9.9` is a pod"],
    ["a port that is none", ["shop/web", "shop/api:0"], "`:0` is no port"],
    ["an input that is not there", ["shop/web", "shop/api", "nowhere"], "`nowhere`"],
    ["one end", ["shop/web"], "missing required argument 'to'"],
    ["another expectation", ["shop/web", "shop/api", "--expect", "open"], "argument 'open' is invalid"],
    ["a format that cannot show it", ["shop/web", "shop/api", "-o", "sarif"], "`--output sarif` cannot show this"],
  ])("%s", async (_, args, message, input = "shop") => {
    await expectRefusal(["explain", ...args, "-i", input], message);
  });

  test("no input", async () => {
    await expectRefusal(["explain", "shop/web", "shop/api"], "no input is named");
  });
});

describe("what is not known", () => {
  test("is said with its address, and is exit code 3 where an answer is expected", async () => {
    const spec = { pod_selector: { match_labels: { app: "${random_id.tier.hex}" } }, policy_types: ["Ingress"] };
    const late = { metadata: { name: "late", namespace: "backend" }, spec };
    const file = join(folder, "late.tf.json");
    writeFileSync(file, JSON.stringify({ resource: { random_id: { tier: { byte_length: 4 } }, kubernetes_network_policy_v1: { late } } }));
    const args = ["frontend/nginx", "backend/nginx:80", "-i", "step-1", "-i", file];
    const { code, report } = await reportOf("explain", ...args);
    expect(code).toBe(0);
    expect(report.after.flows[0]?.verdict.outcome).toBe("undecided");
    expect(report.unknowns).toHaveLength(1);
    expect(JSON.stringify(report.unknowns)).toContain("kubernetes_network_policy_v1.late");
    for (const expected of ["allowed", "denied"]) expect((await netpol("explain", ...args, "--expect", expected)).code).toBe(3);
  });

  test("is nothing to write YAML with: the change is described, and what stands in the way", async () => {
    const peer = { pod_selector: { match_labels: { app: "${random_id.tier.hex}" } } };
    const pod_selector = { match_labels: { app: "nginx" } };
    const spec = { pod_selector, policy_types: ["Ingress"], ingress: [{ from: [peer], ports: [{ port: "443" }] }] };
    const late = { metadata: { name: "late", namespace: "backend" }, spec };
    const file = join(folder, "half.tf.json");
    writeFileSync(file, JSON.stringify({ resource: { random_id: { tier: { byte_length: 4 } }, kubernetes_network_policy_v1: { late } } }));
    const { report } = await reportOf("explain", ...frontendToBackend, "-i", "step-1", "-i", file);
    expect(report.after.flows[0]?.verdict.outcome).toBe("denied");
    const [remedy] = report.after.remedies;
    expect(remedy?.yaml).toBeUndefined();
    expect(remedy?.description).toMatch(
      /^change NetworkPolicy backend\/late: add a rule at ingress\[\d\]; write it by hand, .*random_id\.tier/,
    );
  });

  test("an input without objects is exit code 3, and nothing is written", async () => {
    const file = join(folder, "empty.yaml");
    writeFileSync(file, "apiVersion: v1\nkind: List\nitems: []\n");
    const { code, stdout, stderr } = await netpol("explain", "a", "b", "-i", file);
    expect({ code, stdout }).toEqual({ code: 3, stdout: "" });
    expect(stderr).toBe("error: the input holds no Kubernetes object, so there is nothing to ask; correct it, or say `--allow-empty`\n");
    await expectRefusal(["explain", "a", "b", "-i", file, "--allow-empty"], "workload `a` is not there; the input holds none");
  });
});

test("the help shows how ends and inputs are written", async () => {
  const { code, stdout } = await netpol("explain", "--help");
  expect(code).toBe(0);
  for (const text of ["FROM and TO come first, then the inputs.", "svc/shop/web:80", "--expect <outcome>", "Exit codes: 0 answered"]) {
    expect(stdout).toContain(text);
  }
});

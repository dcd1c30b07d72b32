import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { describeMismatch, summary } from "./report";
import { runDirectory } from "./run-directory";

const base = `cluster:
  namespaces:
  - {apiVersion: v1, kind: Namespace, metadata: {name: x}}
  pods:
  - {apiVersion: v1, kind: Pod, metadata: {name: a, namespace: x, labels: {app: a}}, status: {podIP: 10.0.0.1}}
  - {apiVersion: v1, kind: Pod, metadata: {name: b, namespace: x, labels: {app: b}}, status: {podIP: 10.0.0.2}}
`;

const deny = `
  policies:
  - apiVersion: networking.k8s.io/v1
    kind: NetworkPolicy
    metadata: {name: deny-b, namespace: x}
    spec: {podSelector: {matchLabels: {app: b}}, policyTypes: [Ingress]}`;

const caseOf = (steps: string, more = "clusterRef: base-x.yaml"): string => `name: one\nfamily: demo\n${more}\nsteps:\n${steps}\n`;

const probe = (expect: string, more = ""): string => `\n  probes:\n  - {port: 80, protocol: TCP, ${more}expect: ${expect}}`;

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "cases-"));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

function write(files: Readonly<Record<string, string>>): string {
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
  return folder;
}

const run = (steps: string, more?: string) => {
  const [result] = runDirectory(write({ "base-x.yaml": base, "one.yaml": caseOf(steps, more) }));
  if (result === undefined) throw new Error("no result");
  return result;
};

describe("a case that agrees", () => {
  test("counts its assertions: every ordered pair where a default is given", () => {
    const result = run(`- ${deny.trim()}${probe("{default: allow, deny: [[x/a, x/b]]}")}`);
    expect({ ...result, mismatches: result.mismatches.map(describeMismatch) }).toEqual({
      family: "demo",
      cases: 1,
      assertions: 4,
      mismatches: [],
    });
  });

  test("leaves out pods to themselves when told so", () => {
    expect(
      run(`- ${deny.trim()}${probe("{default: allow, deny: [[x/a, x/b]]}")}`, "clusterRef: base-x.yaml\nloopback: ignore").assertions,
    ).toBe(2);
  });

  test("asks one side only when the probe does", () => {
    const result = run(`- ${deny.trim()}${probe("{default: none, allow: [[x/a, x/b]]}", "direction: egress, ")}`);
    expect([result.assertions, result.mismatches.length]).toEqual([1, 0]);
  });

  test.each([
    ["replaceLabels: {}", "allow"],
    ["removeLabels: [app]", "allow"],
    ["removeLabels: {app: b}", "allow"],
    ["mergeLabels: {app: c}", "allow"],
    ["mergeLabels: {more: b}", "deny"],
  ])("keeps the label change %s over the steps that follow", (change, outcome) => {
    const changes = `- clusterChanges: [{kind: Pod, namespace: x, name: b, ${change}}]${probe("{default: none, allow: [[x/a, x/b]]}")}`;
    const result = run(`${changes}\n- ${deny.trim()}${probe(`{default: none, ${outcome}: [[x/a, x/b]]}`)}`);
    expect([result.assertions, result.mismatches.map(describeMismatch)]).toEqual([2, []]);
  });

  test("keeps the name of a namespace among its labels whatever is replaced", () => {
    const spec = "{podSelector: {}, ingress: [{from: [{namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: x}}}]}]}";
    const policy = `policies: [{apiVersion: networking.k8s.io/v1, kind: NetworkPolicy, metadata: {name: p, namespace: x}, spec: ${spec}}]`;
    const changes = "clusterChanges: [{kind: Namespace, name: x, replaceLabels: {}}]";
    expect(run(`- ${changes}\n  ${policy}${probe("{default: none, allow: [[x/a, x/b]]}")}`).mismatches).toEqual([]);
  });
});

test("traffic to a Service is followed to its pods, by the port of the Service or of the pods", () => {
  const service = `  services:
  - apiVersion: v1
    kind: Service
    metadata: {name: s, namespace: x}
    spec: {selector: {app: b}, clusterIP: 10.96.0.1, ports: [{port: 8080, targetPort: 80}]}
`;
  const ask = (port: number, outcome: string) => `{port: ${port}, protocol: TCP, expect: {default: none, ${outcome}: [[x/a, "svc:x/s"]]}}`;
  const steps = `- probes: [${ask(8080, "allow")}, ${ask(80, "allow")}, ${ask(81, "deny")}]\n- ${deny.trim()}\n  probes: [${ask(8080, "deny")}, ${ask(80, "allow")}]`;
  const [result] = runDirectory(write({ "base-x.yaml": base + service, "one.yaml": caseOf(steps) }));
  expect([result?.assertions, result?.mismatches.map(describeMismatch)]).toEqual([
    5,
    [expect.stringMatching(/step 2: x\/a -> svc:x\/s TCP 8080\n {2}expected allowed, got denied\n.*isolated by deny-b/)],
  ]);
});

describe("a case that does not agree", () => {
  test("is named with what was expected, what came out, and the rules that decide", () => {
    const result = run(`- ${deny.trim()}${probe("{default: none, allow: [[x/a, x/b]]}")}`);
    const text = result.mismatches.map(describeMismatch).join("\n");
    expect(text).toContain("one.yaml one, step 1: x/a -> x/b TCP 80");
    expect(text).toContain("expected allowed, got denied");
    expect(text).toContain("isolated by deny-b");
    expect(summary([result])[0]).toMatch(/demo +1 cases +1 assertions +0 passed +1 failed$/);
  });

  test.each([
    ["an end that is not there", probe("{default: none, allow: [[x/a, x/nobody]]}"), "x/nobody"],
    [
      "an object the API server refuses",
      `\n  policies: [{apiVersion: networking.k8s.io/v1, kind: NetworkPolicy, metadata: {name: p, namespace: x}, spec: {podSelector: {}, policyTypes: [Sideways]}}]`,
      "policyTypes",
    ],
    ["a change of a pod that is not there", "\n  clusterChanges: [{kind: Pod, namespace: x, name: z, mergeLabels: {a: b}}]", "Pod z"],
  ])("counts %s as a mismatch, and goes on", (_name, step, words) => {
    const { mismatches } = run(`- subtest: first${step}\n- ${deny.trim()}${probe("{default: none, allow: [[x/a, x/b]]}")}`);
    expect(mismatches.map(({ where }) => where)).toEqual(["first", "step 2: x/a -> x/b TCP 80"]);
    expect(mismatches[0]?.got).toContain(words);
  });
});

test("ranges of addresses are probed at both ends, in either family", () => {
  const ends = "range:10.9.0.0-10.9.0.9";
  const six = "range:2001:db8::-2001:db8::ff";
  const rules =
    "{podSelector: {}, policyTypes: [Ingress, Egress], ingress: [], egress: [{to: [{ipBlock: {cidr: 10.9.0.0/32}}, {ipBlock: {cidr: 10.9.0.9/32}}, {ipBlock: {cidr: 2001:db8::/120}}]}]}";
  const policy = `policies: [{apiVersion: networking.k8s.io/v1, kind: NetworkPolicy, metadata: {name: p, namespace: x}, spec: ${rules}}]`;
  const allow = [ends, six].map(
    (range) =>
      `{from: x/Pod/a, to: "${range}", ports: all}, {from: x/Pod/b, to: "${range}", ports: {TCP: 1-65535, UDP: all, SCTP: "1,2-65535"}}`,
  );
  const result = run(
    `- ${policy}\n  connectivity: {endpoints: [x/Pod/a, x/Pod/b], probePorts: [1, 65535], default: none, allow: [${allow.join(", ")}]}`,
  );
  // Two pairs of pods, and each pod to and from four addresses, on two ports of three protocols.
  expect([result.assertions, result.mismatches.map(describeMismatch)]).toEqual([(2 + 2 * 4 * 2) * 6, []]);
});

describe("a folder that cannot be run is refused with what is wrong and the way out", () => {
  test.each([
    ["no folder", {}, "nowhere", /`.*nowhere` is not a folder; name one/],
    ["no case", { "base-x.yaml": base }, "", /has no case in it or below; name a folder/],
    ["no YAML", { "one.yaml": "name: [" }, "", /one.yaml` is no case file: .*; mend it/],
    ["no case in a file", { "one.yaml": "name: one" }, "", /it has none of `steps`, `cases` and `cluster`/],
    [
      "a probe of no port",
      { "base-x.yaml": base, "one.yaml": caseOf(`- ${probe("{default: none}").trim().replace("80", "0")}`) },
      "",
      /`steps.0.probes.0.port`/,
    ],
    [
      "a word that is none",
      { "base-x.yaml": base, "one.yaml": caseOf(`- ${probe("{default: perhaps}").trim()}`) },
      "",
      /`steps.0.probes.0.expect.default`/,
    ],
    ["nothing expected", { "base-x.yaml": base, "one.yaml": caseOf("- policies: []") }, "", /expects nothing/],
    [
      "no base",
      { "one.yaml": caseOf(`- ${probe("{default: allow}").trim()}`) },
      "",
      /`one.yaml` refers to `.*base-x.yaml`, which is not there; put it beside the case/,
    ],
  ])("%s", (_name, files, name, message) => {
    write(files);
    expect(() => runDirectory(join(folder, name))).toThrow(message);
  });
});

test("the script ends with 1 on a mismatch and with 2 when it cannot run", () => {
  write({ "wrong/base-x.yaml": base, "wrong/one.yaml": caseOf(`- ${deny.trim()}${probe("{default: allow}")}`) });
  const script = (directory: string) =>
    spawnSync(process.execPath, ["--import", "tsx", join(__dirname, "run.ts"), join(folder, directory)], { encoding: "utf8" });
  const wrong = script("wrong");
  expect([wrong.status, wrong.stdout]).toEqual([1, expect.stringMatching(/expected allowed, got denied[^]*demo +1 cases/)]);
  const missing = script("missing");
  expect([missing.status, missing.stdout, missing.stderr]).toEqual([2, "", expect.stringMatching(/^error: .*is not a folder.*\n$/)]);
});

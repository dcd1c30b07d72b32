import { deployments, desired, expectations, steps, strangers, type Expectation } from "../../policies";
import { everything, type Protocol, protocols } from "../../engine/model";
import { flow } from "../builders";
import { referenceOutcome } from "../reference/evaluator";

const without = <T extends { readonly location?: unknown }>({ location: _location, ...object }: T): Omit<T, "location"> => object;

describe("the experiment", () => {
  test("has two namespaces with one nginx each, at every step", () => {
    for (const step of steps) {
      const { namespaces, workloads, services } = desired(step);
      expect(namespaces.map(without)).toEqual([
        { name: "frontend", labels: { "kubernetes.io/metadata.name": "frontend" } },
        { name: "backend", labels: { "kubernetes.io/metadata.name": "backend" } },
      ]);
      expect(workloads.map(({ kind, namespace, name, labels }) => ({ kind, namespace, name, labels }))).toEqual([
        { kind: "Deployment", namespace: "frontend", name: "nginx", labels: { app: "nginx" } },
        { kind: "Deployment", namespace: "backend", name: "nginx", labels: { app: "nginx" } },
      ]);
      expect(services.map(({ namespace, ports }) => ({ namespace, ports }))).toEqual([
        { namespace: "frontend", ports: [{ port: 80, protocol: "TCP", targetPort: 80 }] },
        { namespace: "backend", ports: [{ port: 80, protocol: "TCP", targetPort: 80 }] },
      ]);
    }
  });

  test("pins every image to a version", () => {
    for (const { image } of deployments) expect(image).toMatch(/^[\w./-]+(:\d+\.\d+|@sha256:[0-9a-f]{64})/);
  });

  test("adds one policy per step", () => {
    const defaultDeny = { namespace: "backend", name: "default-deny-ingress", subject: everything, ingress: [] };
    const allowFront = {
      namespace: "backend",
      name: "netpol-allow-nginx-front",
      subject: everything,
      ingress: [
        {
          peers: [
            {
              kind: "pods",
              namespaces: { matchLabels: { "kubernetes.io/metadata.name": "frontend" } },
              pods: { matchLabels: { app: "nginx" } },
            },
          ],
          ports: "any",
        },
      ],
    };
    expect(steps.map((step) => desired(step).policies.map(without))).toEqual([[], [defaultDeny], [defaultDeny, allowFront]]);
  });
});

describe("expectations", () => {
  const protocolsOf = ({ protocol }: Expectation): readonly Protocol[] => (protocol === "every" ? protocols : [protocol]);
  const portsOf = ({ port }: Expectation): readonly number[] => (port === "every" ? [1, 22, 80, 443, 8080, 65535] : [port]);

  test.each(expectations)("step $step: $from to $to, $protocol $port, is $expect", (expectation) => {
    const { from, to, expect: outcome } = expectation;
    const wanted = desired(expectation.step);
    const elsewhere = { name: "elsewhere", labels: { "kubernetes.io/metadata.name": "elsewhere" } };
    const cluster = { ...wanted, namespaces: [...wanted.namespaces, elsewhere], workloads: [...wanted.workloads, ...strangers] };
    for (const protocol of protocolsOf(expectation)) {
      for (const port of portsOf(expectation)) {
        expect(referenceOutcome(cluster, flow(cluster, from, to, port, protocol))).toBe(outcome);
      }
    }
  });

  test("cover what the experiment observes at each step", () => {
    const observed = expectations.filter((expectation) => expectation.observed !== undefined);
    expect(observed.map(({ step, from, to, port, expect: outcome, observed: seen }) => ({ step, from, to, port, outcome, seen }))).toEqual([
      { step: 1, from: "frontend/nginx", to: "backend/nginx", port: 80, outcome: "allowed", seen: "nginx's welcome page" },
      { step: 2, from: "frontend/nginx", to: "backend/nginx", port: 80, outcome: "denied", seen: "curl exit code 28, timed out" },
      { step: 3, from: "frontend/nginx", to: "backend/nginx", port: 80, outcome: "allowed", seen: "nginx's welcome page" },
    ]);
  });

  test("hold the way back open at every step, and everybody else out once backend is closed", () => {
    const outcomes = (from: string, to: string) =>
      expectations.filter((candidate) => candidate.from === from && candidate.to === to).map((candidate) => candidate.expect);
    expect(outcomes("backend/nginx", "frontend/nginx")).toEqual(["allowed", "allowed", "allowed"]);
    expect(outcomes("ip:203.0.113.10", "backend/nginx")).toEqual(["allowed", "denied", "denied"]);
  });

  test("come in the order of the steps, and every one says why", () => {
    const order = expectations.map(({ step }) => step);
    expect(order).toEqual([...order].sort());
    expect(new Set(order)).toEqual(new Set(steps));
    for (const { because } of expectations) expect(because).not.toBe("");
  });
});

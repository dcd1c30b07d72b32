import { checkExpectations, evaluate } from "../../engine";
import { everything } from "../../engine/model";
import { deployments, desired, expectationsAt, type Step, steps } from "../../policies";
import { expectations } from "../../policies/gate";
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
  const at = (step: Step) => checkExpectations({ evaluation: evaluate(desired(step)) }, expectationsAt(step));

  test.each(steps)("hold at step %i, and only there all of them", (step) => {
    expect(at(step).map(({ id, result }) => `${id} ${result}`)).toEqual(expectationsAt(step).map(({ id }) => `${id} passed`));
    for (const other of steps.filter((each) => each !== step)) {
      const results = checkExpectations({ evaluation: evaluate(desired(other)) }, expectationsAt(step));
      expect(results.some(({ result }) => result === "failed")).toBe(true);
    }
  });

  test.each(steps)("show at step %i what the rules of Kubernetes say", (step) => {
    const cluster = desired(step);
    for (const { witness } of at(step)) {
      if (witness === undefined) continue;
      const [from, to] = [witness.from, witness.to].map(({ name }) => (name.endsWith("/32") ? `ip:${name.replace("/32", "")}` : name)) as [
        string,
        string,
      ];
      expect(referenceOutcome(cluster, flow(cluster, from, to, witness.port, witness.protocol))).toBe(witness.verdict.outcome);
    }
  });

  test("cover what the experiment observes at each step", () => {
    const observed = steps.map((step) => at(step).filter((each) => each.observed !== undefined));
    expect(
      observed.map((each) => each.map(({ statement, observed: seen, witness }) => [statement, seen, witness?.verdict.outcome])),
    ).toEqual([
      [["allow frontend/nginx → backend/nginx on TCP 80", "nginx's welcome page", "allowed"]],
      [["deny frontend/nginx → backend/nginx on TCP 80", "curl exit code 28, timed out", "denied"]],
      [["allow frontend/nginx → backend/nginx on TCP 80", "nginx's welcome page", "allowed"]],
    ]);
  });

  test("every one says why, under an id of its own", () => {
    for (const step of steps) {
      const list = expectationsAt(step);
      expect(new Set(list.map(({ id }) => id)).size).toBe(list.length);
      for (const { because } of list) expect(because).toMatch(/\w/);
    }
  });

  test("the gate asks for the step that is named, and refuses one that there is not", () => {
    expect(expectations({ NETPOL_EKS_STEP: "2" })).toEqual(expectationsAt(2));
    expect(expectations({})).toEqual(expectationsAt(3));
    expect(() => expectations({ NETPOL_EKS_STEP: "4" })).toThrow("NETPOL_EKS_STEP is `4`; the experiment has the steps 1, 2, 3");
  });
});

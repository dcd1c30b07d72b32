import fc from "fast-check";
import { evaluate, reachability } from "../../engine";
import { effectivePolicyTypes, toCluster } from "../../inputs/kubernetes";
import type { JsonObject } from "../../inputs/objects";
import { anyKubernetesObject, anyPolicySpec } from "../arbitraries/kubernetes-json";
import { propertyRuns } from "../property-runs";
import { located } from "./kubernetes-objects";

const policyWith = (spec: JsonObject): JsonObject => ({
  apiVersion: "networking.k8s.io/v1",
  kind: "NetworkPolicy",
  metadata: { name: "p" },
  spec,
});

describe("whatever the JSON", () => {
  test("reading never throws, and every problem says something", () => {
    fc.assert(
      fc.property(fc.array(anyKubernetesObject, { maxLength: 4 }), fc.boolean(), (objects, tolerant) => {
        const { problems } = toCluster(
          objects.map((object, index) => located(object, index + 1)),
          { tolerant },
        );
        expect(problems.every(({ message }) => message !== "" && !message.endsWith("."))).toBe(true);
      }),
      { numRuns: propertyRuns(2000) },
    );
  });

  test("what is read without an error can be evaluated", () => {
    const pod = located({ apiVersion: "v1", kind: "Pod", metadata: { name: "a" }, status: { podIP: "10.0.0.1" } });
    fc.assert(
      fc.property(fc.array(fc.oneof(anyPolicySpec.map(policyWith), anyKubernetesObject), { maxLength: 3 }), (objects) => {
        const { value } = toCluster([pod, ...objects.map((object, index) => located(object, index + 2))], { tolerant: true });
        const [from, to = from] = value.workloads;
        fc.pre(from !== undefined && to !== undefined);
        const { certain, possible } = reachability(evaluate(value)).between(from, to);
        expect(certain.isSubsetOf(possible)).toBe(true);
      }),
      { numRuns: propertyRuns(500) },
    );
  });
});

describe("policyTypes", () => {
  const known = (value: unknown): value is readonly unknown[] => Array.isArray(value);

  test("when they are not given, Ingress is isolated, and Egress exactly when there is an egress rule", () => {
    fc.assert(
      fc.property(anyPolicySpec, (spec) => {
        const { egress } = spec;
        fc.pre(!known(spec.policyTypes) || spec.policyTypes.length === 0);
        fc.pre(egress === undefined || egress === null || known(egress));
        fc.pre(spec.policyTypes === undefined || spec.policyTypes === null || known(spec.policyTypes));
        expect(effectivePolicyTypes(spec)).toEqual(known(egress) && egress.length > 0 ? ["Ingress", "Egress"] : ["Ingress"]);
      }),
    );
  });

  test("a direction is in the cluster exactly when it is isolated, or may be", () => {
    fc.assert(
      fc.property(anyPolicySpec, (spec) => {
        const [policy] = toCluster([located(policyWith(spec))]).value.policies;
        fc.pre(policy !== undefined);
        const types = effectivePolicyTypes(spec);
        const may = (type: "Ingress" | "Egress"): boolean => (Array.isArray(types) ? types.includes(type) : true);
        expect([policy.ingress !== undefined, policy.egress !== undefined]).toEqual([may("Ingress"), may("Egress")]);
      }),
    );
  });
});

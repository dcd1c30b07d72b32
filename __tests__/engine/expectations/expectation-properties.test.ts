import fc from "fast-check";
import { checkExpectations, evaluate, reachability, verdict } from "../../../engine";
import { isOnlyItself } from "../../../engine/expectations/flow-pairs";
import { type Cluster, type ClusterExpectation, type Labels, type PodsEnd, shown, type Workload } from "../../../engine/model";
import { selects } from "../../../engine/selector";
import { anyCluster } from "../../arbitraries/cluster";
import { anyLabels, anyNamespaceSelector, anyPortNumber, anyProtocol, anySelector, nameLabel } from "../../arbitraries/alphabet";
import { pickOf } from "../../arbitraries/flow";
import { check } from "../../property-runs";

const anyEnd: fc.Arbitrary<PodsEnd> = fc.oneof(
  fc.record({ namespace: fc.constantFrom("ns0", "ns1", "ns*", "*"), pods: anySelector }),
  fc.record({ namespace: anyNamespaceSelector, pods: anySelector }),
  fc.record({ pods: anySelector }),
);

const anyPorts = fc.oneof(
  fc.constant("all" as const),
  fc.array(
    fc.tuple(anyProtocol, anyPortNumber).map(([protocol, from]) => ({ protocol, from, to: from })),
    { minLength: 1, maxLength: 2 },
  ),
);

const anyFlows = fc.record({
  from: fc.array(anyEnd, { minLength: 1, maxLength: 2 }),
  to: fc.array(anyEnd, { minLength: 1, maxLength: 2 }),
  ports: anyPorts,
});

const expectation = (
  kind: "allow" | "deny",
  rest: Omit<ClusterExpectation & { readonly kind: "deny" }, "kind" | "id">,
): ClusterExpectation => ({ id: "x", kind, allowEmpty: true, ...rest });

function belongs(cluster: Cluster, { namespace, labels }: Workload, ends: readonly PodsEnd[]): boolean {
  const place = cluster.namespaces.find(({ name }) => name === namespace);
  return ends.some(({ namespace: wanted = "*", pods = {} }) => {
    const isThere =
      typeof wanted === "string"
        ? new RegExp(`^${wanted.replaceAll("*", ".*")}$`).test(shown(namespace))
        : selects(wanted, place?.labels ?? {}) === "yes";
    return isThere && selects(pods, labels) === "yes";
  });
}

/** The plain meaning: every pair, every port that is asked for. Pods of both families can leave a pair open. */
function expected(
  cluster: Cluster,
  kind: "allow" | "deny",
  from: readonly PodsEnd[],
  to: readonly PodsEnd[],
  except: readonly { from: readonly PodsEnd[]; to: readonly PodsEnd[] }[],
  ports: readonly (readonly ["TCP" | "UDP" | "SCTP", number])[],
): "passed" | "failed" | "undecided" {
  const map = reachability(evaluate(cluster));
  const answers = cluster.workloads.flatMap((source) =>
    cluster.workloads.flatMap((target) => {
      if (!belongs(cluster, source, from) || !belongs(cluster, target, to)) return [];
      if (
        kind === "deny" &&
        (isOnlyItself(source, target) || except.some((each) => belongs(cluster, source, each.from) && belongs(cluster, target, each.to)))
      )
        return [];
      const { certain, possible } = map.between(source, target);
      return ports.map(([protocol, port]) => {
        const isOpen = certain.has(protocol, port) !== possible.has(protocol, port);
        return isOpen ? "undecided" : certain.has(protocol, port) === (kind === "allow") ? "passed" : "failed";
      });
    }),
  );
  return answers.includes("failed") ? "failed" : answers.includes("undecided") ? "undecided" : "passed";
}

interface Stranger {
  readonly labels: Labels;
  readonly namespaceLabels: Labels;
  readonly place: number;
}

/** The cluster with one more pod, in a namespace that is there or in a new one. */
function withStranger(cluster: Cluster, { labels, namespaceLabels, place }: Stranger): Cluster {
  const isNew = place >= 3;
  const name = isNew ? "ns-new" : shown(pickOf(cluster.namespaces, place).name);
  const namespaces = isNew ? [...cluster.namespaces, { name, labels: { ...namespaceLabels, [nameLabel]: name } }] : cluster.namespaces;
  const pod: Workload = { kind: "Pod", namespace: name, name: "stranger", labels, ports: [], hostNetwork: false };
  return { ...cluster, namespaces, workloads: [...cluster.workloads, pod] };
}

describe("expectations on random clusters", () => {
  it("hold exactly when every pair and port they speak of is as they say", () => {
    const ports = fc.array(fc.tuple(anyProtocol, anyPortNumber), { minLength: 1, maxLength: 2 });
    check(
      "expectations against every pair",
      200,
      fc.property(
        anyCluster(),
        anyFlows,
        ports,
        fc.constantFrom("allow", "deny"),
        fc.array(anyFlows, { maxLength: 1 }),
        (cluster, flows, wanted, kind, except) => {
          const asked = wanted.map(([protocol, port]) => ({ protocol, from: port, to: port }));
          const exceptions = kind === "deny" ? except.map((each) => ({ ...each, ports: "all" as const })) : [];
          const [result] = checkExpectations({ evaluation: evaluate(cluster) }, [
            expectation(kind, { ...flows, ports: asked, except: exceptions, as: "today" }),
          ]);
          expect(result?.result).toBe(expected(cluster, kind, flows.from, flows.to, exceptions, wanted));
          if (result?.witness !== undefined) {
            const told = (result.result === "passed") === (kind === "allow") ? "allowed" : "denied";
            expect(result.witness.verdict.outcome).toBe(result.result === "undecided" ? "undecided" : told);
          }
        },
      ),
    );
  });

  it("a denial that holds for the future holds for any pod that is added", () => {
    let held = 0;
    let broken = 0;
    const anyStranger = fc.record({ labels: anyLabels, namespaceLabels: anyLabels, place: fc.nat(5) });
    check(
      "denials against pods that are added",
      200,
      fc.property(
        anyCluster({ tiers: true }),
        anyFlows,
        fc.array(anyFlows, { maxLength: 2 }),
        fc.array(anyStranger, { minLength: 2, maxLength: 6 }),
        (cluster, flows, except, strangers) => {
          const evaluation = evaluate(cluster);
          const [result] = checkExpectations({ evaluation }, [expectation("deny", { ...flows, except, as: "future" })]);
          if (result?.result !== "passed") {
            broken += 1;
            // What is shown is a flow that really is possible.
            expect(result?.witness?.verdict.outcome).toBe(result?.result === "failed" ? "allowed" : "undecided");
            return;
          }
          held += 1;
          for (const stranger of strangers) {
            const extended = withStranger(cluster, stranger);
            const [again] = checkExpectations({ evaluation: evaluate(extended) }, [expectation("deny", { ...flows, except, as: "today" })]);
            expect(again?.result === "failed" ? `${again.witness?.from.name ?? ""} ${JSON.stringify(stranger)}` : "held").toBe("held");
          }
        },
      ),
    );
    expect(held).toBeGreaterThan(30);
    expect(broken).toBeGreaterThan(30);
  });

  it("shows a flow that the engine decides as the expectation says", () => {
    check(
      "witnesses",
      200,
      fc.property(anyCluster(), anyFlows, (cluster, flows) => {
        const evaluation = evaluate(cluster);
        const [result] = checkExpectations({ evaluation }, [expectation("deny", { ...flows, as: "today" })]);
        const found = result?.witness;
        if (found === undefined) return;
        const [from, to] = [found.from, found.to].map((end) => {
          const workload = cluster.workloads.find(({ namespace, name }) => `${shown(namespace)}/${shown(name)}` === end.name);
          return { kind: "workload", workload: workload as Workload } as const;
        });
        expect(verdict(evaluation, { from: from as never, to: to as never, protocol: found.protocol, port: found.port })).toEqual(
          found.verdict,
        );
      }),
    );
  });
});

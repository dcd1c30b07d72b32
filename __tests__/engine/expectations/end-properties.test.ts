import fc from "fast-check";
import { checkExpectations, ConnectionSet, evaluate, PortSet, reachability } from "../../../engine";
import {
  type Cluster,
  type ClusterExpectation,
  type Endpoint,
  everything,
  type ExpectedEnds,
  type ExpectedPort,
  type Pod,
  unknown,
  type Workload,
} from "../../../engine/model";
import { IpSet, parseAddress } from "../../../engine/sets/ip-set";
import { anyPortName, anyPortNumber, anyProtocol } from "../../arbitraries/alphabet";
import { anyCluster } from "../../arbitraries/cluster";
import { anyCidr } from "../../arbitraries/network";
import { withService } from "../../arbitraries/service";
import { check } from "../../property-runs";
import { hideAt, type Site } from "../../arbitraries/unknowns";
import { pickOf } from "../../arbitraries/flow";

const anyPort: fc.Arbitrary<ExpectedPort> = fc.oneof(
  fc.tuple(anyProtocol, anyPortNumber).map(([protocol, port]) => ({ protocol, from: port, to: port })),
  fc.record({ name: fc.oneof(anyPortName, fc.constant("nobody")) }),
  fc.record({ name: anyPortName, protocol: anyProtocol }),
);
const anyPorts = fc.array(anyPort, { minLength: 1, maxLength: 2 });
const anyNamespace = fc.constantFrom({ namespace: "ns0" }, { namespace: "ns1" }, { namespace: "ns*" });
const anyEnd: fc.Arbitrary<ExpectedEnds> = fc.oneof(anyNamespace, fc.record({ cidr: anyCidr }));
const anyEnds = fc.array(anyEnd, { minLength: 1, maxLength: 2 });

/** Random clusters, most of them closed by default: else something is open between almost any two ends. */
const mostlyClosed = fc.tuple(anyCluster({ hostNetwork: true }), fc.nat(3)).map(([cluster, n]): Cluster => {
  const closing = cluster.namespaces.map(({ name }) => ({ namespace: name, name: "closed", subject: everything, ingress: [] }));
  return n === 0 ? cluster : { ...cluster, policies: [...cluster.policies, ...closing] };
});

const today = (kind: "allow" | "deny", from: readonly ExpectedEnds[], to: readonly ExpectedEnds[], ports: readonly ExpectedPort[]) =>
  ({ id: "x", kind, from, to, ports, ...(kind === "deny" ? { as: "today" } : {}) }) as ClusterExpectation;

/** One pod of a workload, or its template where no pod is known. */
interface One {
  readonly workload: Workload;
  readonly pod?: Pod;
}

const everyPod = ({ workloads }: Cluster): readonly One[] =>
  workloads.flatMap((workload) => (workload.pods === undefined ? [{ workload }] : workload.pods.map((pod) => ({ workload, pod }))));

/** What is known of whether a pod is among ends: those of which no address is known are outside of every block, without ranges. */
const isAmong = ({ workload, pod }: One, ends: readonly ExpectedEnds[]): boolean =>
  ends.some((end) => {
    if ("cidr" in end) return (pod?.ips ?? []).some((ip) => IpSet.cidr(end.cidr).contains(parseAddress(ip)));
    const { namespace } = end as { readonly namespace: string };
    return namespace === "ns*" || workload.namespace === namespace;
  });

/** The ports of a name are those that the pod declares under it. */
const meantOn = ({ workload }: One, ports: readonly ExpectedPort[]): readonly ConnectionSet[] =>
  ports.map((port) =>
    "from" in port
      ? ConnectionSet.of(port.protocol, PortSet.of(port.from, port.to))
      : workload.ports
          .filter(({ name, protocol }) => name === port.name && (port.protocol === undefined || protocol === port.protocol))
          .reduce((all, each) => all.union(ConnectionSet.of(each.protocol, PortSet.of(each.port as number))), ConnectionSet.none),
  );

const endpoint = ({ workload, pod }: One): Endpoint => ({ kind: "workload", workload, ...(pod === undefined ? {} : { pod }) });
const isSelf = (one: One, other: One): boolean =>
  one.workload === other.workload && (one.pod === undefined ? one.workload.kind === "Pod" : one.pod === other.pod);

/** Every pair of pods that are named, with what flows and what is asked, one by one. */
function pairsOf(cluster: Cluster, from: readonly ExpectedEnds[], to: readonly ExpectedEnds[], ports: readonly ExpectedPort[]) {
  const map = reachability(evaluate(cluster));
  const pods = everyPod(cluster);
  return pods
    .filter((pod) => isAmong(pod, from))
    .flatMap((source) =>
      pods
        .filter((pod) => isAmong(pod, to) && !isSelf(source, pod))
        .map((target) => ({ wanted: meantOn(target, ports), ...map.connections(endpoint(source), endpoint(target)) })),
    );
}

describe("expectations about blocks of addresses and names of ports, on random clusters", () => {
  it("a denial holds only where no pod that is named reaches one, and every name is some container's", () => {
    const met = { passed: 0, failed: 0, undecided: 0 };
    check(
      "denials of blocks and names against every pod",
      200,
      fc.property(mostlyClosed, anyEnds, anyEnds, anyPorts, (cluster, from, to, ports) => {
        const [report] = checkExpectations({ evaluation: evaluate(cluster) }, [today("deny", from, to, ports)]);
        const pairs = pairsOf(cluster, from, to, ports);
        const open = pairs.some(({ wanted, possible }) => wanted.some((set) => !set.intersect(possible).isEmpty));
        const named = ports.filter((port) => "name" in port);
        const targets = everyPod(cluster).filter((pod) => isAmong(pod, to));
        const isNobodys = named.some((port) => targets.every((pod) => meantOn(pod, [port]).every(({ isEmpty }) => isEmpty)));
        met[report!.result] += 1;
        if (report?.result === "passed") expect({ open, isNobodys }).toEqual({ open: false, isNobodys: false });
        if (report?.result === "failed" && report.witness !== undefined) expect(report.witness.verdict.outcome).toBe("allowed");
        if (report?.result === "failed" && report.witness === undefined) expect(report.problem).toBeDefined();
      }),
    );
    expect(met.failed).toBeGreaterThan(0);
    expect(met.passed).toBeGreaterThan(0);
  });

  it("an allowance holds only where every pod that is named reaches every one, on ports that each declares", () => {
    let held = 0;
    check(
      "allowances of blocks and names against every pod",
      200,
      fc.property(anyCluster(), anyEnds, anyEnds, anyPorts, (cluster, from, to, ports) => {
        const [report] = checkExpectations({ evaluation: evaluate(cluster) }, [today("allow", from, to, ports)]);
        if (report?.result !== "passed") return;
        held += 1;
        for (const { wanted, certain } of pairsOf(cluster, from, to, ports)) {
          for (const set of wanted) expect(set.isEmpty ? "nobody's" : set.isSubsetOf(certain) ? "allowed" : "denied").toBe("allowed");
        }
      }),
    );
    expect(held).toBeGreaterThan(0);
  });

  it("say of what is hidden nothing that is otherwise once it is known", () => {
    const met = { passed: 0, failed: 0, undecided: 0 };
    const picks = fc.array(fc.nat(99_999), { minLength: 1, maxLength: 3 });
    check(
      "expectations about hidden ports",
      200,
      fc.property(
        withService(anyCluster()),
        anyNamespace,
        fc.boolean(),
        anyPorts,
        fc.constantFrom("allow", "deny"),
        picks,
        (cluster, from, toService, ports, kind, hidden) => {
          const to: ExpectedEnds = toService ? { service: "ns0/service" } : { namespace: "ns0" };
          const asked = today(kind, [from], [to], toService ? servicePortsOf(cluster, ports) : ports);
          const result = (of: Cluster) => checkExpectations({ evaluation: evaluate(of) }, [{ ...asked, allowEmpty: true }])[0];
          const guessed = result(hidden.reduce((of, pick) => hideAt(of, pickOf(portSites(of), pick)), cluster));
          met[guessed!.result] += 1;
          if (guessed?.result !== "undecided") expect(result(cluster)?.result).toBe(guessed?.result);
        },
      ),
    );
    expect(Math.min(met.passed, met.failed, met.undecided)).toBeGreaterThan(0);
  });
});

/** Those of the Service itself: one that it does not have is a slip, and not a question of what is known. */
const servicePortsOf = ({ services }: Cluster, ports: readonly ExpectedPort[]): readonly ExpectedPort[] =>
  ports.map((_, n) => {
    const { protocol, port } = pickOf(services[0]!.ports, n);
    return { protocol, from: port as number, to: port as number };
  });

/** Every port that can be hidden. */
function portSites({ workloads, services }: Cluster): readonly Site[] {
  const hide = (...path: Site["path"]): Site => ({ path, hidden: unknown(path.join(".")) });
  return [
    ...workloads.flatMap(({ ports }, n) => [
      hide("workloads", n, "unknownPorts"),
      ...ports.map((_, at) => hide("workloads", n, "ports", at, "port")),
    ]),
    ...services.flatMap(({ ports }, n) => [
      hide("services", n, "unknownPorts"),
      ...ports.flatMap((_, at) => [hide("services", n, "ports", at, "port"), hide("services", n, "ports", at, "targetPort")]),
    ]),
  ];
}

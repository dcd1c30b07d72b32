import { isUnknown, type Service, type ServicePort, shown, type Workload } from "../../model";
import type { LintRule, RuleFinding, Severity } from "../rule";
import { listed, nameOf, placed, quoted } from "../words";
import { workloadsByLabel } from "../workloads-by-label";

export const np306PortNameDisagrees: LintRule = {
  code: "NP306",
  name: "port-name-disagrees",
  title: "A Service sends to a port name that pods behind it do not declare, or declare with different numbers",
  severity: "warning",
  category: "coverage",
  check({ evaluation }) {
    return evaluation.cluster.services.flatMap((service) => {
      const workloads = workloadsByLabel(evaluation).behind(service);
      return workloads.length === 0 ? [] : service.ports.flatMap((port, index) => finding(service, { port, index, workloads }) ?? []);
    });
  },
};

interface Target {
  readonly port: ServicePort;
  readonly index: number;
  readonly workloads: readonly Workload[];
}

function finding(service: Service, { port, index, workloads }: Target): RuleFinding | undefined {
  const { targetPort, protocol } = port;
  if (typeof targetPort !== "string" || workloads.some(({ unknownPorts }) => unknownPorts !== undefined)) return undefined;
  const declared = workloads.map((workload) => ({
    workload,
    port: workload.ports.find((each) => each.name === targetPort && each.protocol === protocol),
  }));
  const without = declared.filter((each) => each.port === undefined).map(({ workload }) => nameOf(workload));
  const numbers = [...new Set(declared.flatMap((each) => (each.port === undefined || isUnknown(each.port.port) ? [] : [each.port.port])))];
  if (without.length === 0 && numbers.length < 2) return undefined;
  const name = `${protocol} ${quoted(targetPort)}`;
  const { severity, consequence } = missing(service, without.length, workloads.length);
  return {
    subject: { kind: "Service", namespace: shown(service.namespace), name: shown(service.name) },
    message:
      without.length > 0
        ? `the Service sends to port ${name}, which ${listed(without)} ${without.length === 1 ? "does" : "do"} not declare, so ${consequence}`
        : `the Service sends to port ${name}, which stands for different numbers on the pods behind it (${numbers.join(", ")}), so a policy that names one of them opens part of it`,
    advice:
      without.length > 0
        ? "give the containers' port that name and protocol, or write the number as `targetPort`"
        : "write the port by its name in policies too",
    ...placed(service),
    field: `spec.ports[${String(index)}].targetPort`,
    because: [],
    key: JSON.stringify([protocol, targetPort, [...without].sort(), numbers.toSorted((a, b) => a - b)]),
    severity,
  };
}

interface Missing {
  readonly severity: Severity;
  readonly consequence: string;
}

/** What it means that some pods do not declare the name. A headless Service is a name for the pods' addresses, whatever its ports say. */
function missing({ headless }: Service, without: number, all: number): Missing {
  if (headless) return { severity: "info", consequence: "its name leads to them, and asking it for the port does not" };
  if (without === 0) return { severity: "info", consequence: "" };
  return without === all
    ? { severity: "error", consequence: "it has no endpoints" }
    : { severity: "warning", consequence: "those pods are no endpoints" };
}

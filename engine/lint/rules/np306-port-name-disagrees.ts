import { isUnknown, type Service, type ServicePort, shown, type Workload } from "../../model";
import type { LintRule, RuleFinding } from "../rule";
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
  return {
    subject: { kind: "Service", namespace: shown(service.namespace), name: shown(service.name) },
    message:
      without.length > 0
        ? `the Service sends to port ${name}, which ${listed(without)} ${without.length === 1 ? "does" : "do"} not declare, so ${without.length === workloads.length ? "it has no endpoints" : "those pods are no endpoints"}`
        : `the Service sends to port ${name}, which stands for different numbers on the pods behind it (${numbers.join(", ")}), so a policy that names one of them opens part of it`,
    advice:
      without.length > 0
        ? "give the containers' port that name and protocol, or write the number as `targetPort`"
        : "write the port by its name in policies too",
    ...placed(service),
    field: `spec.ports[${String(index)}].targetPort`,
    because: [],
    key: `${protocol} ${targetPort}`,
    severity: without.length === workloads.length ? "error" : without.length > 0 ? "warning" : "info",
  };
}

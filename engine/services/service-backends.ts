import {
  type Cluster,
  isUnknown,
  type Protocol,
  type Service,
  type ServicePort,
  shown,
  type Unknown,
  unknown,
  type Value,
  type Workload,
  ModelError,
} from "../model";
import { allOf, selects, type Ternary } from "../selector";

/** Names a Service. */
export interface ServiceRef {
  readonly namespace: string;
  readonly name: string;
}

/** A workload behind a Service, as far as one port is concerned. */
export interface Backend {
  readonly workload: Workload;
  /** Whether its pods are endpoints: "maybe" where the selection, the port or the number of pods is not known. */
  readonly isEndpoint: Ternary;
  /** The port on its pods that traffic arrives at. Absent: its pods declare no port of the name, or none that is known. */
  readonly port?: number;
  readonly unknowns: readonly Unknown[];
}

/** The Service of this name; a name that is not there is a ModelError. */
export function findService({ services }: Cluster, { namespace, name }: ServiceRef): Service {
  const found = services.find((service) => service.namespace === namespace && service.name === name);
  if (found !== undefined) return found;
  throw new ModelError(`no service \`${namespace}/${name}\` in the cluster; name one of ${String(services.length)} that are there`);
}

/** The workloads whose pods a Service selects, and the port its traffic arrives at on each. Without a selector: `undefined`. */
export function backendsOf(
  { workloads }: Cluster,
  service: Service,
  target: Value<number | string>,
  protocol: Protocol,
): readonly Backend[] | undefined {
  const { selector } = service;
  if (selector === undefined) return undefined;
  return workloads.flatMap((workload) => {
    const behind = isBehind(service, workload);
    if (behind === "no") return [];
    const { replicas } = workload;
    const isSelected = allOf([inNamespace(service, workload), selects(selector, workload.labels, workload.unknownLabels)]);
    const unknowns = [
      ...(isSelected === "maybe" ? [unknown(`whether ${nameOf(service)} selects ${shown(workload.name)}`)] : []),
      ...(isUnknown(replicas) && hasPods(workload) === "maybe" ? [replicas] : []),
    ];
    return [withPort(workload, unknowns, targetOn(workload, target, protocol))];
  });
}

/** Whether a Service selects a workload that has pods. One without a selector selects nobody. */
export function isBehind(service: Service, workload: Workload): Ternary {
  if (service.selector === undefined) return "no";
  return allOf([inNamespace(service, workload), selects(service.selector, workload.labels, workload.unknownLabels), hasPods(workload)]);
}

const inNamespace = (service: Service, workload: Workload): Ternary =>
  isUnknown(service.namespace) || isUnknown(workload.namespace) ? "maybe" : service.namespace === workload.namespace ? "yes" : "no";

const nameOf = ({ namespace, name }: Service): string => `service ${shown(namespace)}/${shown(name)}`;

function hasPods({ replicas, pods = [] }: Workload): Ternary {
  if (pods.length > 0) return "yes";
  return isUnknown(replicas) ? "maybe" : replicas === 0 ? "no" : "yes";
}

function withPort(workload: Workload, unknowns: readonly Unknown[], target: Value<number> | undefined): Backend {
  if (target === undefined) return { workload, isEndpoint: "no", unknowns: [] };
  if (isUnknown(target)) return { workload, isEndpoint: "maybe", unknowns: [...unknowns, target] };
  return { workload, isEndpoint: unknowns.length === 0 ? "yes" : "maybe", port: target, unknowns };
}

/**
 * The port a target stands for on a workload's pods: a number is itself, a name the first port declared with that name and the Service's
 * protocol, sidecars included. `undefined`: no such port, so the pods are no endpoints of it.
 */
function targetOn({ ports, unknownPorts }: Workload, target: Value<number | string>, protocol: Protocol): Value<number> | undefined {
  if (typeof target !== "string") return target;
  const declared = ports.find((port) => port.name === target && port.protocol === protocol);
  return declared?.port ?? unknownPorts;
}

/** The port of a Service that is asked for by number or name. `undefined`: it has none, as far as is known. */
export function findPort({ ports, unknownPorts }: Service, asked: number | string, protocol: Protocol): ServicePort | Unknown | undefined {
  const ofProtocol = ports.filter((port) => port.protocol === protocol);
  const found = ofProtocol.find(({ port, name }) => (typeof asked === "string" ? name === asked : port === asked));
  if (found !== undefined) return found;
  const open = typeof asked === "string" ? undefined : ofProtocol.map(({ port }) => port).find(isUnknown);
  return open ?? unknownPorts;
}

import { type ContainerPort, isUnknown, type Labels, type Protocol, type Unknown, unknown, type Value } from "../../engine/model";
import { booleanAt, entriesAt, type Json, known, numberAt, stringAt, valueAt } from "../validation/json";
import { protocolNamed } from "./ports";
import { readLabels } from "./selectors";

/** What a pod, or a template for pods, says that matters to connections. */
export interface PodTemplate {
  readonly labels: Labels;
  readonly unknownLabels?: Unknown;
  readonly ports: readonly ContainerPort[];
  readonly unknownPorts?: Unknown;
  readonly hostNetwork: Value<boolean>;
}

/** Reads a pod, or a pod template: anything with `metadata` and `spec`. */
export function readPodTemplate(template: Json | undefined): PodTemplate {
  const { ports, missing } = readPorts(valueAt(template, "spec"));
  return {
    ...readLabels(valueAt(template, "metadata", "labels")),
    ports,
    ...(missing === undefined ? {} : { unknownPorts: missing }),
    hostNetwork: booleanAt(template, "spec", "hostNetwork") ?? false,
  };
}

interface Ports {
  readonly ports: readonly ContainerPort[];
  /** Why there may be more. */
  readonly missing?: Unknown;
}

const merge = (parts: readonly Ports[]): Ports => {
  const missing = parts.find((part) => part.missing !== undefined)?.missing;
  return { ports: parts.flatMap(({ ports }) => ports), ...(missing === undefined ? {} : { missing }) };
};

function readPorts(spec: Json | undefined): Ports {
  if (isUnknown(spec)) return { ports: [], missing: spec };
  return merge([
    readList(spec, "containers", (container) => portsOf(container, false)),
    readList(spec, "initContainers", portsOfInitContainer),
  ]);
}

function readList(object: Json | undefined, field: string, read: (entry: Json) => Ports): Ports {
  const list = valueAt(object, field);
  if (isUnknown(list)) return { ports: [], missing: list };
  return merge(entriesAt(object, field).map((entry) => (isUnknown(entry) ? { ports: [], missing: entry } : read(entry))));
}

/** Only an init container that restarts always is there beside the others. */
function portsOfInitContainer(container: Json): Ports {
  const policy = stringAt(container, "restartPolicy");
  if (isUnknown(policy)) {
    const { ports } = portsOf(container, true);
    return ports.length === 0 ? { ports: [] } : { ports: [], missing: policy };
  }
  return policy === "Always" ? portsOf(container, true) : { ports: [] };
}

const portsOf = (container: Json, sidecar: boolean): Ports => readList(container, "ports", (port) => readPort(port, sidecar));

function readPort(port: Json, sidecar: boolean): Ports {
  const name = stringAt(port, "name");
  const protocol = stringAt(port, "protocol");
  if (isUnknown(name)) return { ports: [], missing: name };
  if (isUnknown(protocol)) return { ports: [], missing: protocol };
  const number = numberAt(port, "containerPort") ?? unknown("`containerPort` is missing");
  return { ports: [containerPort(name, number, protocolNamed(known(protocol)) ?? "TCP", sidecar)] };
}

const containerPort = (name: string | undefined, port: Value<number>, protocol: Protocol, sidecar: boolean): ContainerPort => ({
  ...(name === undefined || name === "" ? {} : { name }),
  port,
  protocol,
  ...(sidecar ? { sidecar: true } : {}),
});

/** Equal for templates that no policy can tell apart. */
export function templateKey({ labels, unknownLabels, ports, unknownPorts, hostNetwork }: PodTemplate): string {
  const sorted = Object.entries(labels).sort(([a], [b]) => (a < b ? -1 : 1));
  return JSON.stringify([sorted, unknownLabels ?? null, ports, unknownPorts ?? null, hostNetwork]);
}

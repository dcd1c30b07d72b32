/** The rules of pods, pod templates and Services, for the fields that decide about connections. */
import { isUnknown } from "../../engine/model";
import { child, duplicate, entry, type FieldError, invalid, notSupported, required } from "./field-error";
import { entriesAt, type Json, type JsonObject, known, numberAt, objectAt, stringAt, valueAt } from "./json";
import { validateLabels } from "./labels";
import { portNameProblem, portNumberProblem } from "./names";

const protocols = ["TCP", "UDP", "SCTP"];

/** `spec` of a pod. */
export function validatePodSpec(pod: JsonObject): readonly FieldError[] {
  return podSpecErrors(objectAt(pod, "spec"), "spec");
}

/** The pod template found at a path of an object. */
export const validateTemplate =
  (...path: readonly string[]) =>
  (object: JsonObject): readonly FieldError[] => {
    const template = objectAt(object, ...path);
    const at = path.join(".");
    const labels = known(objectAt(template, "metadata", "labels")) ?? {};
    return [...validateLabels(labels, `${at}.metadata.labels`), ...podSpecErrors(objectAt(template, "spec"), `${at}.spec`)];
  };

function podSpecErrors(spec: Json | undefined, path: string): readonly FieldError[] {
  return ["initContainers", "containers"].flatMap((field) =>
    entriesAt(spec, field).flatMap((container, index) => containerErrors(container, entry(child(path, field), index))),
  );
}

function containerErrors(container: Json, path: string): readonly FieldError[] {
  const ports = entriesAt(container, "ports");
  const names = ports.map((port) => known(stringAt(port, "name")) ?? "");
  return ports.flatMap((port, index) => {
    const at = entry(child(path, "ports"), index);
    const name = names[index] ?? "";
    const repeated = name !== "" && names.indexOf(name) < index;
    return [...containerPortErrors(port, at), ...(repeated ? [duplicate(child(at, "name"), `must not repeat the name \`${name}\``)] : [])];
  });
}

function containerPortErrors(port: Json, path: string): readonly FieldError[] {
  const number = numberAt(port, "containerPort") ?? 0;
  const name = known(stringAt(port, "name")) ?? "";
  const nameProblem = name === "" ? undefined : portNameProblem(name);
  return [
    ...(isUnknown(number) ? [] : portNumberErrors(number, child(path, "containerPort"))),
    ...(nameProblem === undefined ? [] : [invalid(child(path, "name"), `${nameProblem}, not be \`${name}\``)]),
    ...protocolErrors(port, path),
  ];
}

function portNumberErrors(port: number, path: string): readonly FieldError[] {
  const problem = portNumberProblem(port);
  if (port === 0) return [required(path)];
  return problem === undefined ? [] : [invalid(path, `${problem}, not be \`${port}\``)];
}

function protocolErrors(port: Json, path: string): readonly FieldError[] {
  const protocol = stringAt(port, "protocol") ?? "";
  const bad = !isUnknown(protocol) && protocol !== "" && !protocols.includes(protocol);
  return bad ? [notSupported(child(path, "protocol"), protocol, protocols)] : [];
}

const closedFields = [
  { field: "type", values: ["ClusterIP", "NodePort", "LoadBalancer", "ExternalName"] },
  { field: "externalTrafficPolicy", values: ["Cluster", "Local"] },
] as const;

/** `spec` of a Service. */
export function validateServiceSpec(service: JsonObject): readonly FieldError[] {
  const selector = known(objectAt(service, "spec", "selector")) ?? {};
  const ports = valueAt(service, "spec", "ports");
  const mayLackPorts = valueAt(service, "spec", "type") === "ExternalName" || valueAt(service, "spec", "clusterIP") === "None";
  const portless = (ports === undefined || (Array.isArray(ports) && ports.length === 0)) && !mayLackPorts;
  return [
    ...closedFields.flatMap(({ field, values }) => {
      const value = known(stringAt(service, "spec", field)) ?? "";
      return value === "" || values.some((each) => each === value) ? [] : [notSupported(`spec.${field}`, value, values)];
    }),
    ...validateLabels(selector, "spec.selector"),
    ...(portless && !isUnknown(valueAt(service, "spec")) ? [required("spec.ports")] : []),
    ...servicePortsErrors(entriesAt(service, "spec", "ports")),
  ];
}

/**
 * Each port, and what tells several apart: two of one name, or of one number and protocol, are two answers to one question. That several ports
 * need names as well is not demanded here: manifests that were never applied often lack them, and where they lead is plain without.
 */
function servicePortsErrors(ports: readonly Json[]): readonly FieldError[] {
  const names = ports.map((port) => known(stringAt(port, "name")) ?? "");
  const packets = ports.map(packetsOf);
  return ports.flatMap((port, index) => {
    const at = entry("spec.ports", index);
    const [name, packet] = [names[index] ?? "", packets[index]];
    return [
      ...servicePortErrors(port, at),
      ...(name !== "" && names.indexOf(name) < index ? [duplicate(child(at, "name"), `must not repeat the name \`${name}\``)] : []),
      ...(packet !== undefined && packets.indexOf(packet) < index ? [duplicate(at, `must not repeat the port \`${packet}\``)] : []),
    ];
  });
}

/** The number and protocol of a Service's port; undefined while one of them is not known. */
function packetsOf(port: Json): string | undefined {
  const [number, protocol] = [numberAt(port, "port"), stringAt(port, "protocol") ?? "TCP"];
  return number === undefined || isUnknown(number) || isUnknown(protocol) ? undefined : `${String(number)}/${protocol || "TCP"}`;
}

function servicePortErrors(port: Json, path: string): readonly FieldError[] {
  const number = numberAt(port, "port") ?? 0;
  const problem = isUnknown(number) ? undefined : portNumberProblem(number);
  const target = valueAt(port, "targetPort");
  const targetProblem = typeof target === "string" && target !== "" ? portNameProblem(target) : undefined;
  const targetNumber = typeof target === "number" && target !== 0 ? portNumberProblem(target) : undefined;
  const bad = targetProblem ?? targetNumber;
  return [
    ...(problem === undefined ? [] : [invalid(child(path, "port"), `${problem}, not be \`${JSON.stringify(number)}\``)]),
    ...(bad === undefined ? [] : [invalid(child(path, "targetPort"), `${bad}, not be \`${JSON.stringify(target)}\``)]),
    ...protocolErrors(port, path),
  ];
}

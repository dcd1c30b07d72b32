import { type Evaluation, IpSet, parseAddress, type ServiceRef } from "../../engine";
import { workloadKey } from "../../engine/diff/workload-identity";
import { type Endpoint, isUnknown, type Pod, type Service, shown, type Workload, workloadName } from "../../engine/model";
import { addressesEnd, endpointEnd, type ReportEnd, workloadEnd } from "../../engine/report";
import { type WrittenEnd, workloadKindOf } from "../ends";
import { Failure } from "../failure";
import { unknownName } from "./closest-names";
import { AddressNames } from "./address-names";

/** An end that was looked up in a cluster. */
export type FoundEnd =
  | { readonly kind: "endpoint"; readonly endpoint: Endpoint; readonly end: ReportEnd }
  | { readonly kind: "service"; readonly service: Service; readonly ref: ServiceRef; readonly end: ReportEnd }
  /** Whichever public address; one of them is chosen once the other end is known. */
  | { readonly kind: "internet" }
  /** A block of addresses, which may be treated differently. */
  | { readonly kind: "block"; readonly cidr: string; readonly end: ReportEnd };

export type FoundBlock = Extract<FoundEnd, { readonly kind: "block" }>;

/** Finds ends by the names people write, in one cluster. */
export class NamedEnds {
  private readonly workloads: readonly Workload[];
  private readonly services: readonly Service[];
  private readonly addresses: AddressNames;

  constructor(evaluation: Evaluation) {
    this.workloads = evaluation.cluster.workloads;
    this.services = evaluation.cluster.services;
    this.addresses = new AddressNames(evaluation.cluster);
  }

  /** A name that is not there, or is several, is a Failure that says which are. */
  find(written: WrittenEnd, text: string): FoundEnd {
    const found = this.findOptional(written, text);
    if (found !== undefined) return found;
    if (written.kind === "service") throw unknownName("Service", serviceName(written), this.services.map(nameOfService));
    this.refuseSeveral(text);
    throw unknownName(
      "workload",
      text,
      this.workloads.map((each) => workloadName(each)),
    );
  }

  /** A namespace, or a pattern, stands for many ends. */
  private refuseSeveral(text: string): void {
    if (/[*?{]/.test(text)) {
      throw new Failure(`\`${text}\` is a pattern, and one workload is asked for; \`netpol list --focus\` takes patterns`);
    }
    const namespace = text.replace(/^(?:ns|namespaces?)\//i, "");
    const example = this.workloads.find((each) => each.namespace === namespace);
    if (example === undefined) return;
    throw new Failure(
      `\`${text}\` is a namespace; name one of its workloads, such as \`${workloadName(example)}\`; a file of flows and \`netpol list --focus\` take all of them, as \`${namespace}/*\``,
    );
  }

  /** `undefined`: there is no end of the name. One that is several is still a Failure. */
  findOptional(written: WrittenEnd, text: string): FoundEnd | undefined {
    switch (written.kind) {
      case "internet":
        return { kind: "internet" };
      case "block":
        return { ...written, end: this.addresses.named(addressesEnd(IpSet.cidr(written.cidr))) };
      case "address":
        return this.atAddress(written.address);
      case "service": {
        const service = onlyOne(text, this.servicesNamed(written), nameOfService);
        return service === undefined ? undefined : foundService(service);
      }
      case "workload":
        return this.workloadNamed(written.parts, text);
    }
  }

  /** The same end in another cluster, such as the one before a change. */
  counterpart(end: FoundEnd): FoundEnd | undefined {
    if (end.kind === "service") {
      const same = this.servicesNamed(end.ref)[0];
      return same === undefined ? undefined : foundService(same);
    }
    if (end.kind !== "endpoint" || end.endpoint.kind === "address") return end;
    const { workload, pod } = end.endpoint;
    const same = this.workloads.find((each) => workloadKey(each) === workloadKey(workload));
    if (same === undefined || pod === undefined) return same === undefined ? undefined : foundWorkload(same);
    const samePod = same.pods?.find(({ name }) => name === pod.name);
    return samePod === undefined ? undefined : foundWorkload(same, samePod);
  }

  private atAddress(text: string): FoundEnd {
    const address = parseAddress(text);
    const isIt = (each: string): boolean => IpSet.cidr(each).contains(address);
    for (const workload of this.workloads) {
      // A host-networked pod has the address of its node, which is not its own.
      const pod = workload.hostNetwork === false ? workload.pods?.find(({ ips }) => ips.some(isIt)) : undefined;
      if (pod !== undefined) return foundWorkload(workload, pod);
    }
    const service = this.services.find((each) => !isUnknown(each.namespace) && !isUnknown(each.name) && each.clusterIps.some(isIt));
    if (service !== undefined) return foundService(service);
    const endpoint: Endpoint = { kind: "address", address: text };
    return { kind: "endpoint", endpoint, end: this.addresses.named({ ...endpointEnd(endpoint), name: text }) };
  }

  private servicesNamed({ namespace, name }: { readonly namespace?: string; readonly name: string }): readonly Service[] {
    return this.services.filter(
      (each) => each.name === name && !isUnknown(each.namespace) && (namespace === undefined || each.namespace === namespace),
    );
  }

  private workloadNamed(parts: readonly string[], text: string): FoundEnd | undefined {
    const named = this.workloads.filter((each) => isNamed(each, parts) || each.location?.address === text || workloadName(each) === text);
    const exact = named.filter((each) => workloadName(each) === text);
    const workload = onlyOne(text, exact.length === 1 ? exact : named, workloadName);
    if (workload !== undefined) return foundWorkload(workload);
    const pods = this.workloads.flatMap((each) =>
      (each.pods ?? []).filter((pod) => isPodNamed(each, pod, parts)).map((pod) => ({ workload: each, pod })),
    );
    const found = onlyOne(text, pods, ({ workload: owner, pod }) => podName(owner, pod));
    return found === undefined ? undefined : foundWorkload(found.workload, found.pod);
  }
}

/** The one there is. Several are a Failure that names them; none is `undefined`. */
function onlyOne<T>(text: string, found: readonly T[], nameOf: (each: T) => string): T | undefined {
  if (found.length < 2) return found[0];
  const names = found.map(nameOf).sort();
  const rest = names.length - 5;
  const shownNames = names.slice(0, 5).map((name) => `\`${name}\``);
  throw new Failure(
    `\`${text}\` is ${String(names.length)} ends: ${shownNames.join(", ")}${rest > 0 ? ` and ${String(rest)} more` : ""}; name one of them`,
  );
}

const isNamed = ({ kind, namespace, name }: Workload, [first = "", second, third]: readonly string[]): boolean => {
  if (second === undefined) return name === first;
  if (third !== undefined) return namespace === first && kind === workloadKindOf(second) && name === third;
  return name === second && (namespace === first || kind === workloadKindOf(first));
};

const isPodNamed = ({ namespace }: Workload, pod: Pod, parts: readonly string[]): boolean => {
  const [first = "", second, third] = parts;
  if (second === undefined) return pod.name === first;
  const isPod = (word: string): boolean => workloadKindOf(word) === "Pod";
  if (third === undefined) return pod.name === second && (namespace === first || isPod(first));
  return pod.name === third && namespace === first && isPod(second);
};

const podName = ({ namespace }: Workload, { name }: Pod): string => `${shown(namespace)}/Pod/${name}`;

function foundWorkload(workload: Workload, pod?: Pod): FoundEnd {
  const end = workloadEnd(workload);
  if (pod === undefined) return { kind: "endpoint", endpoint: { kind: "workload", workload }, end };
  const isNamedAlike = workload.kind === "Pod";
  return {
    kind: "endpoint",
    endpoint: { kind: "workload", workload, pod },
    end: isNamedAlike ? end : { ...end, name: `${end.name} (pod ${pod.name})` },
  };
}

function foundService(service: Service): FoundEnd {
  const ref = { namespace: shown(service.namespace), name: shown(service.name) };
  return { kind: "service", service, ref, end: { kind: "service", name: serviceName(ref), namespace: ref.namespace } };
}

const serviceName = ({ namespace, name }: { readonly namespace?: string; readonly name: string }): string =>
  namespace === undefined ? name : `${namespace}/${name}`;

const nameOfService = ({ namespace, name }: Service): string => serviceName({ namespace: shown(namespace), name: shown(name) });

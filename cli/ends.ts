import { highestPort, lowestPort, type Protocol, protocols, type WorkloadKind } from "../engine/model";
import { formatAddress, IpSet, parseAddress } from "../engine";
import { Failure } from "./failure";

/** One end as somebody wrote it, not looked up yet. */
export type WrittenEnd =
  | { readonly kind: "internet" }
  | { readonly kind: "address"; readonly address: string }
  /** A block of addresses: an end of many flows, never of one. */
  | { readonly kind: "block"; readonly cidr: string }
  | { readonly kind: "service"; readonly namespace?: string; readonly name: string }
  /** `web`, `shop/web` or `shop/Deployment/web`, part by part. */
  | { readonly kind: "workload"; readonly parts: readonly string[] };

/** A port as somebody wrote it. A number without a protocol is TCP; a name is of whichever protocol is declared. */
export interface WrittenPort {
  readonly port: number | string;
  readonly protocol?: Protocol;
}

/** An end, perhaps with a port behind it. */
export interface WrittenTarget {
  readonly end: WrittenEnd;
  /** The end without the port, for messages. */
  readonly text: string;
  readonly port?: WrittenPort;
}

/** How ends that connect can be written, for help texts and errors. */
export const sourceForms = "`shop/web`, `shop/Deployment/web`, `web`, an address such as `10.0.0.1` or `[2001:db8::1]`, or `internet`";
const endForms = `${sourceForms}; a destination also as \`svc/shop/web\` or \`web.shop.svc.cluster.local\``;

const portForms = "`:80`, `:53/UDP` or `:http`";

/** Reads `END[:PORT[/PROTOCOL]]`. Text that is none is a Failure. */
export function parseTarget(text: string): WrittenTarget {
  refuseKindWithColon(text);
  const { name, port } = split(text);
  if (name === "") throw new Failure(`\`${text}\` names no end; write ${endForms}`);
  return { end: parseEnd(name), text: name, ...(port === undefined ? {} : { port: parsePort(port) }) };
}

/** Other tools write `service:shop/db` or `pod:shop/web`; here the kind is a part of the name. */
function refuseKindWithColon(text: string): void {
  const [, word = "", rest = ""] = /^([a-z]+):(.*)$/i.exec(text) ?? [];
  const kind = workloadKindOf(word);
  const [name = "", ...port] = rest.split(":");
  const behind = port.map((each) => `:${each}`).join("");
  if (/^(?:svc|services?)$/i.test(word)) throw new Failure(`\`${text}\` names no end; a Service is written \`svc/${name}${behind}\``);
  if (kind !== undefined && name.includes("/")) {
    const written = name.replace("/", `/${kind}/`);
    throw new Failure(`\`${text}\` names no end; a ${kind} is written \`${written}${behind}\``);
  }
}

/** What stands before the port, and the port. An IPv6 address has colons of its own: its port needs brackets around the address. */
function split(text: string): { readonly name: string; readonly port?: string } {
  const bracketed = /^\[([^\]]*)\](?::(.*))?$/.exec(text);
  if (bracketed !== null) {
    const [, name = "", port] = bracketed;
    return { name, ...(port === undefined ? {} : { port }) };
  }
  const [name = "", port, ...more] = text.split(":");
  if (port === undefined) return { name };
  return more.length === 0 ? { name, port } : { name: text };
}

/** Reads `80`, `53/UDP` or `http`. Text that is none is a Failure. */
export function parsePort(text: string): WrittenPort {
  const [name = "", written, ...more] = text.split("/");
  const protocol = protocols.find((each) => each === written?.toUpperCase());
  const isNumber = /^\d+$/.test(name);
  const isPort = isNumber ? Number(name) >= lowestPort && Number(name) <= highestPort : portName.test(name);
  if (!isPort || more.length > 0 || (written !== undefined && protocol === undefined)) {
    throw new Failure(
      `\`:${text}\` is no port; write ${portForms}, with a number from ${String(lowestPort)} to ${String(highestPort)} and ${protocols.join(", ")}`,
    );
  }
  return { port: isNumber ? Number(name) : name, ...(protocol === undefined ? {} : { protocol }) };
}

/** Names of ports (RFC 6335, 5.1). */
const portName = /^(?=.{1,15}$)(?=.*[a-z])[a-z0-9]+(?:-[a-z0-9]+)*$/;

/** Reads one end without a port. Text that is none is a Failure. */
export function parseEnd(text: string): WrittenEnd {
  if (text === "internet") return { kind: "internet" };
  const written = addressesOf(text) ?? serviceOf(text);
  if (written !== undefined) return written;
  const parts = text.split("/");
  if (parts.length > 3 || parts.includes("")) throw new Failure(`\`${text}\` names no end; write ${endForms}`);
  return { kind: "workload", parts };
}

/** A Service by its DNS name, or as `svc/NAME` or `svc/NAMESPACE/NAME`. */
function serviceOf(text: string): WrittenEnd | undefined {
  const { namespace, name = "" } =
    (
      /^(?<name>[a-z0-9-]+)\.(?<namespace>[a-z0-9-]+)\.svc(?:\.[a-z0-9.-]*)?$/.exec(text) ??
      /^(?:svc|services?)\/(?:(?<namespace>[^/]+)\/)?(?<name>[^/]+)$/i.exec(text)
    )?.groups ?? {};
  if (name === "") return undefined;
  return { kind: "service", name, ...(namespace === undefined ? {} : { namespace }) };
}

/** Nothing but digits, dots and a slash, or anything with several colons, is meant as an address. */
function addressesOf(text: string): WrittenEnd | undefined {
  if (!text.includes(":") && !/^\d+(?:\.\d+){3}(?:\/\d*)?$/.test(text)) return undefined;
  try {
    if (!text.includes("/")) return { kind: "address", address: formatAddress(parseAddress(text)) };
    const block = IpSet.cidr(text);
    const { first } = block;
    if (first === undefined) return undefined;
    const address = formatAddress(first);
    return block.equals(IpSet.cidr(address)) ? { kind: "address", address } : { kind: "block", cidr: text };
  } catch (error) {
    throw new Failure((error as Error).message);
  }
}

const kinds: Readonly<Record<WorkloadKind, readonly string[]>> = {
  Pod: ["po", "pods"],
  Deployment: ["deploy", "deployments"],
  ReplicaSet: ["rs", "replicasets"],
  ReplicationController: ["rc", "replicationcontrollers"],
  StatefulSet: ["sts", "statefulsets"],
  DaemonSet: ["ds", "daemonsets"],
  Job: ["jobs"],
  CronJob: ["cj", "cronjobs"],
};

/** The kind a word stands for, as `kubectl` takes it: `Deployment`, `deployments` and `deploy` are one. */
export function workloadKindOf(word: string): WorkloadKind | undefined {
  const lower = word.toLowerCase();
  return (Object.keys(kinds) as WorkloadKind[]).find((kind) => kind.toLowerCase() === lower || kinds[kind].includes(lower));
}

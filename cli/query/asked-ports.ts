import { type Endpoint, isUnknown, type Protocol, protocols, type Service, type Workload, workloadName } from "../../engine/model";
import type { WrittenPort } from "../ends";
import { Failure } from "../failure";

/** A port by its number, and by the name it was asked for with. */
export interface AskedPort {
  readonly protocol: Protocol;
  readonly port: number;
  readonly name?: string;
}

/**
 * The ports somebody means on an end. A name is looked up among those that its pods declare, and may be declared for several protocols; one
 * that is not declared, or whose number is not known, is a Failure.
 */
export function portsOn(to: Endpoint, { port, protocol }: WrittenPort): readonly AskedPort[] {
  if (typeof port === "number") return [{ protocol: protocol ?? "TCP", port }];
  if (to.kind === "address") throw new Failure(`\`:${port}\` is a name, and an address declares no ports; write its number`);
  const named = to.workload.ports.filter((each) => each.name === port && (protocol === undefined || each.protocol === protocol));
  const known = named.flatMap((each) => (isUnknown(each.port) ? [] : [{ protocol: each.protocol, port: each.port, name: port }]));
  // Of two containers that declare one name for one protocol, the first counts.
  const first = protocols.flatMap((each) => known.find((one) => one.protocol === each) ?? []);
  if (first.length > 0) return first;
  const end = workloadName(to.workload);
  if (named.length > 0) throw new Failure(`the number of port \`${port}\` of \`${end}\` is not known; ask for a number`);
  throw new Failure(`\`${end}\` declares no port \`${port}\`; ${declared(to.workload)}`);
}

function declared({ ports }: Workload): string {
  const texts = ports.map(
    ({ name, port, protocol }) => `\`:${name ?? (isUnknown(port) ? "?" : String(port))}\`${protocol === "TCP" ? "" : ` (${protocol})`}`,
  );
  return texts.length === 0 ? "it declares none, so write a number" : `it declares ${texts.join(", ")}`;
}

/** The port of a Service that somebody means; without one, the only one it has. Anything else is a Failure that lists the ports. */
export function portOfService(service: Service, name: string, asked: WrittenPort | undefined): AskedPort {
  const known = service.ports.flatMap((each) => (isUnknown(each.port) ? [] : [{ ...each, port: each.port }]));
  if (asked === undefined) {
    const [only, ...others] = known;
    if (only !== undefined && others.length === 0) return { protocol: only.protocol, port: only.port };
    throw new Failure(`Service \`${name}\` needs a port; ${portsOf(known)}`);
  }
  const found = known.find((each) => isMeant(each, asked));
  if (found !== undefined)
    return { protocol: found.protocol, port: found.port, ...(typeof asked.port === "string" ? { name: asked.port } : {}) };
  if (typeof asked.port === "number" && mayHaveMore(service)) return { protocol: asked.protocol ?? "TCP", port: asked.port };
  throw new Failure(`Service \`${name}\` has no port \`:${String(asked.port)}\`; ${portsOf(known)}`);
}

/** Whether ports can be asked for that are not listed: those of a headless Service are the pods' own. */
const mayHaveMore = ({ unknownPorts, headless, ports }: Service): boolean =>
  unknownPorts !== undefined || headless || ports.some(({ port }) => isUnknown(port));

function portsOf(ports: readonly { readonly port: number; readonly name?: string }[]): string {
  const texts = ports.map(({ port, name }) => `\`:${String(port)}\`${name === undefined ? "" : ` (${name})`}`);
  return texts.length === 0 ? "it has none that is known" : `it has ${texts.join(", ")}`;
}

const isMeant = (
  each: { readonly port: number; readonly name?: string; readonly protocol: Protocol },
  { port, protocol }: WrittenPort,
): boolean =>
  (typeof port === "number" ? each.port === port : each.name === port) && (protocol === undefined || each.protocol === protocol);

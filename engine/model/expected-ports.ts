import type { ExpectedPort, ExpectedPorts } from "./expectation";
import { ModelError } from "./model-error";
import { highestPort, lowestPort, type Protocol } from "./port";

/** Ports as people write them: `"8080/TCP"`, `"8000-8100/UDP"`, `"http"`, `8080`, `"all"`, or several of these. */
export type WrittenPorts = string | number | readonly (string | number)[];

const pattern = /^(?:(?<from>\d+)(?:-(?<to>\d+))?|(?<name>[a-z0-9](?:[a-z0-9-]*[a-z0-9])?))(?:\/(?<protocol>TCP|UDP|SCTP))?$/i;

/** Reads ports; text that says none, and an empty list, is a ModelError. A number without a protocol is TCP, a name of any protocol. */
export function parsePorts(ports: WrittenPorts): ExpectedPorts {
  const list = (typeof ports === "object" ? ports : [ports]).map(String);
  if (list.length === 0) throw new ModelError("no port is named; name one, or `all`");
  return list.includes("all") ? "all" : list.map(parsePort);
}

function parsePort(text: string): ExpectedPort {
  const { from, to = from, name, protocol } = pattern.exec(text)?.groups ?? {};
  const known = protocol?.toUpperCase() as Protocol | undefined;
  if (name !== undefined) return { name, ...(known === undefined ? {} : { protocol: known }) };
  if (from === undefined) throw new ModelError(`\`${text}\` is not a port; write \`8080/TCP\`, \`8000-8100/UDP\`, \`http\` or \`all\``);
  const [first, last] = [Number(from), Number(to)];
  if (first < lowestPort || last > highestPort || first > last) {
    throw new ModelError(`\`${text}\` is not a range of ports from ${String(lowestPort)} to ${String(highestPort)}`);
  }
  return { protocol: known ?? "TCP", from: first, to: last };
}

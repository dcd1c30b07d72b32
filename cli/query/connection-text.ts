import { ConnectionSet, PortSet } from "../../engine";
import { type ExpectedPort, highestPort, lowestPort, protocols } from "../../engine/model";

/** Reads connections as reports write them: `all`, `none`, `TCP 80,8000-8100; UDP all`. `undefined`: the text is none. */
export function parseConnections(text: string): ConnectionSet | undefined {
  if (text === "none") return ConnectionSet.none;
  if (text === "all") return ConnectionSet.all;
  const parts = text.split("; ").map(parsePart);
  return parts.includes(undefined)
    ? undefined
    : parts.reduce<ConnectionSet>((all, part) => all.union(part as ConnectionSet), ConnectionSet.none);
}

function parsePart(text: string): ConnectionSet | undefined {
  const [word, ports = "", ...more] = text.split(" ");
  const protocol = protocols.find((each) => each === word);
  if (protocol === undefined || more.length > 0) return undefined;
  if (ports === "all") return ConnectionSet.of(protocol, PortSet.all);
  const ranges = ports.split(",").map((each) => /^(\d{1,5})(?:-(\d{1,5}))?$/.exec(each));
  const sets = ranges.map((range) => {
    const [first, last] = [Number(range?.[1]), Number(range?.[2] ?? range?.[1])];
    return first >= lowestPort && last <= highestPort && first <= last ? ConnectionSet.of(protocol, PortSet.of(first, last)) : undefined;
  });
  return sets.includes(undefined)
    ? undefined
    : sets.reduce<ConnectionSet>((all, set) => all.union(set as ConnectionSet), ConnectionSet.none);
}

/** The ranges of ports of a set, one by one. */
export const portRanges = (connections: ConnectionSet): readonly Extract<ExpectedPort, { readonly from: number }>[] =>
  protocols.flatMap((protocol) => connections[protocol].intervals.map(([from, to]) => ({ protocol, from, to })));

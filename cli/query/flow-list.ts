import type { ReportEnd } from "../../engine/report";
import { type Protocol } from "../../engine/model";
import { reportSchema } from "../../outputs/report-schema";
import { Failure } from "../failure";
import { parseConnections, portRanges } from "./connection-text";
import type { WrittenFlows } from "./flow-file";
import type { WrittenFlow } from "./required-flows";

/** Reads flows from what `netpol list -o json` wrote, or from lines of a log: `SOURCE DESTINATION PROTOCOL PORT`. */
export const readFlowList = (file: string, text: string): WrittenFlows =>
  text.trimStart().startsWith("{") ? readReport(file, text) : { flows: readLog(file, text), problems: [] };

function readReport(file: string, text: string): WrittenFlows {
  const result = reportSchema.safeParse(parseJson(file, text));
  if (!result.success || result.data.kind !== "list") {
    throw new Failure(
      `\`${file}\` is not what \`netpol list -o json\` writes; give that, or lines of \`SOURCE DESTINATION PROTOCOL PORT\``,
    );
  }
  const { connections } = result.data;
  const open = connections.filter((each) => each.connections.certain !== each.connections.possible);
  return {
    flows: connections.flatMap(({ from, to, connections: { certain } }, index) => {
      const place = `${file}: connections[${String(index)}]`;
      const set = parseConnections(certain);
      if (set === undefined) throw new Failure(`${place}: \`${certain}\` is no set of connections`);
      const ports = set.isAll ? ("all" as const) : portRanges(set);
      return set.isEmpty
        ? []
        : namesOf(from, place).flatMap((source) => namesOf(to, place).map((target) => ({ from: source, to: target, ports, place })));
    }),
    problems: open.map(
      ({ from, to }) => `what flows from ${from.name} to ${to.name} is not certain in the list; only what is certain is asked for`,
    ),
  };
}

function parseJson(file: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new Failure(`\`${file}\` is not JSON (${(error as Error).message})`);
  }
}

/** How an end of a report is written so that it is found again. */
function namesOf({ name, kind, namespace, workloadKind, cidrs }: ReportEnd, place: string): readonly string[] {
  if (kind === "workload" && namespace !== undefined && workloadKind !== undefined) {
    return name.endsWith(")") ? [name] : [`${namespace}/${workloadKind}/${name.slice(name.lastIndexOf("/") + 1)}`];
  }
  // Statements of `--minimal` may speak of workloads beside addresses.
  if (kind === "addresses" && cidrs !== undefined && !/[^/0-9a-f:., ]/.test(name.replace(/^internet$| and \d+ more$/, ""))) return cidrs;
  throw new Failure(`${place}: \`${name}\` is no single end; write the list without \`--minimal\``);
}

const protocolNumbers: Readonly<Record<string, Protocol>> = {
  "6": "TCP",
  "17": "UDP",
  "132": "SCTP",
  tcp: "TCP",
  udp: "UDP",
  sctp: "SCTP",
};

/** One flow for each line; empty lines, comments after `#` and a first line of column names are left out. */
function readLog(file: string, text: string): readonly WrittenFlow[] {
  const seen = new Set<string>();
  const flows = text.split(/\r?\n/).flatMap((line, index) => {
    const fields = line.replace(/#.*/, "").trim().toLowerCase().split(/\s+/);
    const key = fields.join(" ");
    if (key === "" || seen.has(key) || (index === 0 && key === "src dst proto port")) return [];
    seen.add(key);
    return [logged(fields, `${file}:${String(index + 1)}`)];
  });
  if (flows.length === 0) throw new Failure(`\`${file}\` holds no flow; write lines of \`SOURCE DESTINATION PROTOCOL PORT\``);
  return flows;
}

function logged([from = "", to = "", word = "", port = "", ...more]: readonly string[], place: string): WrittenFlow {
  const protocol = protocolNumbers[word];
  const number = /^\d{1,5}$/.test(port) ? Number(port) : 0;
  if (protocol === undefined || number < 1 || number > 65535 || more.length > 0) {
    throw new Failure(`${place}: a line is \`SOURCE DESTINATION PROTOCOL PORT\`, such as \`10.0.1.5 shop/db tcp 5432\``);
  }
  return { from, to, ports: [{ protocol, from: number, to: number }], place };
}

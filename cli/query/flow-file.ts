import { z } from "zod";
import { type DnsService, clusterDns } from "../../engine";
import { ModelError, parsePorts } from "../../engine/model";
import { readYamlValue } from "../../inputs/yaml-value";
import { Failure, problemLine } from "../failure";
import type { WrittenFlow } from "./required-flows";

const port = z.union([z.int(), z.string()]);
const names = z.union([z.string(), z.array(z.string()).min(1)]);

const flow = z.strictObject({
  from: names,
  to: names,
  ports: z.union([port, z.array(port).min(1)]).optional(),
  because: z.string().optional(),
});

const flowFile = z.strictObject({
  version: z.literal(1),
  flows: z.array(flow).min(1),
  /** Pods of the closed namespaces may ask this service for names; `true`: the usual one. */
  dns: z.union([z.boolean(), z.strictObject({ namespace: z.string(), pods: z.record(z.string(), z.string()) })]).optional(),
  /** Namespaces to close beside those of the flows' ends. */
  namespaces: z.array(z.string()).optional(),
});

/** What is asked for, wherever it was written. */
export interface WrittenFlows {
  readonly flows: readonly WrittenFlow[];
  readonly dns?: DnsService;
  readonly namespaces?: readonly string[];
  /** What of it is not asked for, though it stands there. */
  readonly problems: readonly string[];
}

/** Reads a YAML file of required flows. Anything wrong with it is a Failure with its place. */
export function readFlowFile(file: string, text: string): WrittenFlows {
  const { value: placed, problems } = readYamlValue(file, text, flowFile);
  if (placed === undefined) throw new Failure(problems.map(problemLine).join("\n"));
  const { flows, dns, namespaces } = placed.value;
  return {
    flows: flows.flatMap((each, index) => {
      const { line } = placed.locate(["flows", index]);
      return pairsOf(each, `${file}:${String(line)}`);
    }),
    ...(dns === undefined || dns === false ? {} : { dns: dns === true ? clusterDns : dns }),
    ...(namespaces === undefined ? {} : { namespaces }),
    problems: [],
  };
}

function pairsOf({ from, to, ports }: z.infer<typeof flow>, place: string): readonly WrittenFlow[] {
  const asked = ports === undefined ? {} : { ports: portsAt(ports, place) };
  return [from].flat().flatMap((source) => [to].flat().map((target) => ({ from: source, to: target, ...asked, place })));
}

function portsAt(ports: NonNullable<z.infer<typeof flow>["ports"]>, place: string): NonNullable<WrittenFlow["ports"]> {
  try {
    return parsePorts(ports);
  } catch (error) {
    if (error instanceof ModelError) throw new Failure(`${place}: ${error.message}`);
    throw error;
  }
}

import { isUnknown, type Value, type Workload } from "../model";
import type { Deviation } from "./deviation";
import type { CniSettings } from "./settings";
import { isSince, releases } from "./versions";

/** Workloads whose pods the agent may take for one another when they share a node. */
export class PodIdentifiers {
  private readonly byIdentifier = new Map<string, Workload[]>();
  private readonly identifiers = new Map<Workload, readonly string[]>();
  /** Without L-04, one namespace's workloads are told apart, though their texts with the namespace's name are equal. */
  private readonly withinNamespace: boolean;

  constructor(workloads: readonly Workload[], settings: CniSettings, active: ReadonlySet<Deviation>) {
    this.withinNamespace = active.has("L-04");
    for (const workload of workloads) {
      const identifiers = identifiersOf(workload, settings, active);
      this.identifiers.set(workload, identifiers);
      for (const identifier of identifiers) {
        const list = this.byIdentifier.get(identifier);
        if (list === undefined) this.byIdentifier.set(identifier, [workload]);
        else list.push(workload);
      }
    }
  }

  /** The other workloads that may have pods of the same identifier on a node of this one. */
  sharing(workload: Workload): readonly Workload[] {
    const shared = new Set((this.identifiers.get(workload) ?? []).flatMap((identifier) => this.byIdentifier.get(identifier) ?? []));
    const mayShare = ({ namespace }: Workload): boolean => this.withinNamespace || namespace !== workload.namespace;
    return [...shared].filter((other) => other !== workload && mayShare(other) && mayMeet(workload, other));
  }
}

/** What the agent calls the pods of a workload: within their namespace, and, before that was told apart, with it as one text. */
function identifiersOf(workload: Workload, settings: CniSettings, active: ReadonlySet<Deviation>): readonly string[] {
  const { namespace } = workload;
  const stem = stemOf(workload);
  if (isUnknown(namespace) || stem === undefined) return [];
  return [
    ...(active.has("L-04") ? [`${stem}@${namespace}`] : []),
    ...(active.has("L-05") && isSince(settings, releases.identifierWithNamespace) !== "yes" ? [`${stem}-${namespace}`] : []),
  ];
}

/** The names of a workload's pods without their last part. Undefined where it holds a hash or a time, and so is nobody else's. */
function stemOf({ kind, name }: Workload): string | undefined {
  const text = nameOf(name);
  if (text === undefined) return undefined;
  switch (kind) {
    case "Deployment":
    case "CronJob":
      return undefined;
    case "Pod":
      return text.includes("-") ? text.slice(0, text.lastIndexOf("-")) : text;
    case "ReplicaSet":
    case "ReplicationController":
    case "StatefulSet":
    case "DaemonSet":
    case "Job":
      return text;
  }
}

const nameOf = (name: Value<string>): string | undefined => (isUnknown(name) ? undefined : name.replaceAll(".", "_"));

/** Whether pods of both can be on one node: not when every pod of both is known to be elsewhere. */
function mayMeet({ pods: some = [] }: Workload, { pods: others = [] }: Workload): boolean {
  const nodes = [...some, ...others].map(({ node }) => node);
  if (some.length === 0 || others.length === 0 || nodes.includes(undefined)) return true;
  return some.some(({ node }) => others.some((other) => other.node === node));
}

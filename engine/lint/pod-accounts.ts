import { type WrittenWorkload, writtenWorkloads } from "../enforcement/pod-templates";
import { type Json, shown, type Workload } from "../model";
import { grouped } from "../grouped";
import type { LintContext } from "./rule";
import { entriesAt, textAt, valueAt } from "./written-objects";

/** A workload beside what it was written as. */
export interface WrittenPods {
  readonly workload: Workload;
  readonly template: WrittenWorkload["template"];
  /** `namespace/name` of the service account its pods run as. */
  readonly account: string;
}

/** The workloads of the model with the pod templates they come from. */
export function writtenPods(context: LintContext): readonly WrittenPods[] {
  const byName = grouped(context.evaluation.cluster.workloads, ({ kind, namespace, name }) => `${kind} ${shown(namespace)}/${shown(name)}`);
  return writtenWorkloads(context).flatMap(({ written: { ref }, kind, template }) => {
    const account = `${ref.namespace ?? ""}/${textAt(template, "spec", "serviceAccountName") ?? "default"}`;
    const workloads = byName.get(`${kind} ${ref.namespace ?? ""}/${ref.name}`) ?? [];
    return workloads.map((workload) => ({ workload, template, account }));
  });
}

/** The containers that run as long as the pod does. */
export const containersOf = (template: Json | undefined): readonly Json[] => entriesAt(template, "spec", "containers");

/** Whether some container sets one of these environment variables. */
export const setsVariable = (template: Json | undefined, isOne: (name: string) => boolean): boolean =>
  containersOf(template).some((container) => entriesAt(container, "env").some((entry) => isOne(textAt(entry, "name") ?? "")));

/** Whether pods are kept from a token for the API server. */
export const hasNoToken = (template: Json | undefined): boolean => valueAt(template, "spec", "automountServiceAccountToken") === false;

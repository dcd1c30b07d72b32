import type { Evaluation } from "../evaluation";
import { isUnknown, type LabelSelector, type Service, type Workload } from "../model";
import { LabelIndex } from "../matching/label-index";
import { selects } from "../selector";

/** Workloads by namespace and label, so that Services need not be held against all of them. */
export class WorkloadsByLabel {
  private readonly inNamespace = new Map<string, { readonly workloads: Workload[]; index?: LabelIndex }>();

  constructor({ cluster }: Evaluation) {
    for (const workload of cluster.workloads) {
      if (isUnknown(workload.namespace)) continue;
      const known = this.inNamespace.get(workload.namespace);
      if (known === undefined) this.inNamespace.set(workload.namespace, { workloads: [workload] });
      else known.workloads.push(workload);
    }
  }

  /** The workloads of a namespace that a selector certainly selects. */
  selected(namespace: string, selector: LabelSelector): readonly Workload[] {
    const place = this.inNamespace.get(namespace);
    if (place === undefined) return [];
    const index = (place.index ??= new LabelIndex(place.workloads));
    return [...index.candidates(selector)]
      .sort((a, b) => a - b)
      .map((at) => place.workloads[at] as Workload)
      .filter(({ labels, unknownLabels }) => selects(selector, labels, unknownLabels) === "yes");
  }

  /** The workloads behind a Service that has a selector. */
  behind({ namespace, selector }: Service): readonly Workload[] {
    return isUnknown(namespace) || selector === undefined ? [] : this.selected(namespace, selector);
  }
}

const known = new WeakMap<Evaluation, WorkloadsByLabel>();

/** The workloads of an evaluation by label, sorted when first asked for. */
export function workloadsByLabel(evaluation: Evaluation): WorkloadsByLabel {
  const found = known.get(evaluation) ?? new WorkloadsByLabel(evaluation);
  known.set(evaluation, found);
  return found;
}

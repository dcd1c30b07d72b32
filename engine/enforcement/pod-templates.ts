import type { Json, WorkloadKind } from "../model";
import { valueAt, type WrittenObject, writtenObjects } from "../lint/written-objects";
import type { LintContext } from "../lint/rule";

/** A workload as it was written, with what its pods are made from. */
export interface WrittenWorkload {
  readonly written: WrittenObject;
  readonly kind: WorkloadKind;
  /** Metadata and spec of its pods; of a bare pod the object itself. */
  readonly template: Json | undefined;
  /** Path of the template inside the object: empty for a bare pod. */
  readonly path: string;
}

const paths: Readonly<Record<WorkloadKind, readonly string[]>> = {
  Pod: [],
  Deployment: ["spec", "template"],
  ReplicaSet: ["spec", "template"],
  ReplicationController: ["spec", "template"],
  StatefulSet: ["spec", "template"],
  DaemonSet: ["spec", "template"],
  Job: ["spec", "template"],
  CronJob: ["spec", "jobTemplate", "spec", "template"],
};

const known = new WeakMap<LintContext["objects"], readonly WrittenWorkload[]>();

/** Every workload of an input as it was written. */
export function writtenWorkloads(context: LintContext): readonly WrittenWorkload[] {
  const found =
    known.get(context.objects) ??
    (Object.keys(paths) as WorkloadKind[]).flatMap((kind) =>
      writtenObjects(context, kind).map((written) => {
        const path = paths[kind];
        return { written, kind, template: path.length === 0 ? written.object : valueAt(written.object, ...path), path: path.join(".") };
      }),
    );
  known.set(context.objects, found);
  return found;
}

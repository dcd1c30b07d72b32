import { isUnknown, type Labels, type Location, type Value, type WorkloadKind } from "../../engine/model";
import { booleanAt, entriesAt, type Json, type JsonObject, numberAt, stringAt, valueAt } from "../validation/json";
import { type Owner, ownerOf } from "./owners";
import { type PodTemplate, readPodTemplate } from "./pod-template";
import { readName, readNamespace } from "./selectors";

/** An object that runs pods, with its template. */
export interface Controller extends Owner {
  readonly template: PodTemplate;
  /** Absent: decided elsewhere. */
  readonly replicas?: Value<number>;
  readonly owner?: Owner;
  readonly location: Location;
}

/** Where each kind keeps its pod template. */
const templatePath = (kind: WorkloadKind): readonly string[] =>
  kind === "CronJob" ? ["spec", "jobTemplate", "spec", "template"] : ["spec", "template"];

/** Reads a Deployment, StatefulSet, Job or another kind with a pod template. */
export function readController(kind: WorkloadKind, object: JsonObject, defaultNamespace: string, location: Location): Controller {
  const namespace = readNamespace(object, defaultNamespace);
  const name = readName(object);
  const written = readPodTemplate(valueAt(object, ...templatePath(kind)));
  const replicas = readReplicas(kind, object);
  const owner = ownerOf(object, namespace);
  return {
    kind,
    namespace,
    name,
    template: kind === "Job" ? { ...written, labels: { ...jobLabels(object, name), ...written.labels } } : written,
    ...(replicas === undefined ? {} : { replicas }),
    ...(owner === undefined ? {} : { owner }),
    location,
  };
}

/**
 * Labels every pod of a Job has besides those of the template. Jobs of a CronJob have them too, but under names made up for each run, so they are
 * left out there, as are the hashes and indexes other controllers add: a template says nothing about them.
 */
function jobLabels(object: JsonObject, name: Value<string>): Labels {
  if (booleanAt(object, "spec", "manualSelector") === true) return {};
  return { "batch.kubernetes.io/job-name": name, "job-name": name };
}

function readReplicas(kind: WorkloadKind, object: JsonObject): Value<number> | undefined {
  switch (kind) {
    case "DaemonSet":
    case "CronJob":
      return undefined;
    case "Job":
      return hasFinished(object) ? 0 : (numberAt(object, "spec", "parallelism") ?? 1);
    default:
      return numberAt(object, "spec", "replicas") ?? 1;
  }
}

const hasFinished = (job: JsonObject): boolean =>
  entriesAt(job, "status", "conditions").some((condition) => isTrue(condition, "Complete") || isTrue(condition, "Failed"));

const isTrue = (condition: Json, type: string): boolean =>
  !isUnknown(condition) && stringAt(condition, "type") === type && stringAt(condition, "status") === "True";

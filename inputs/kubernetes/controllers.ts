import { isUnknown, type Labels, type Location, type Value, type WorkloadKind } from "../../engine/model";
import { entriesAt, type Json, type JsonObject, numberAt, stringAt, valueAt } from "../validation/json";
import { controllerLabels } from "./controller-labels";
import { type Owner, ownerOf } from "./owners";
import { type PodTemplate, readPodTemplate } from "./pod-template";
import { readName, readNamespace } from "./selectors";

/** An object that runs pods, with its template. */
export interface Controller extends Owner {
  readonly template: PodTemplate;
  /** What it sets on its pods, over the labels of the template. */
  readonly added: Labels;
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
  const replicas = readReplicas(kind, object);
  const owner = ownerOf(object, namespace);
  return {
    kind,
    namespace,
    name,
    template: readPodTemplate(valueAt(object, ...templatePath(kind))),
    added: controllerLabels(kind, name, valueAt(object, "spec"), replicas),
    ...(replicas === undefined ? {} : { replicas }),
    ...(owner === undefined ? {} : { owner }),
    location,
  };
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

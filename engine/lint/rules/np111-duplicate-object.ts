import type { Location } from "../../model";
import { grouped } from "../../grouped";
import type { LintRule, RuleFinding } from "../rule";
import { listed, objectName, quoted } from "../words";
import { textAt, type WrittenObject, writtenObjects } from "../written-objects";

/** Kinds that say something about connections. */
const kinds = [
  ...["Namespace", "NetworkPolicy", "ClusterNetworkPolicy", "AdminNetworkPolicy", "BaselineAdminNetworkPolicy", "ApplicationNetworkPolicy"],
  ...["Service", "Pod", "Deployment", "ReplicaSet", "ReplicationController", "StatefulSet", "DaemonSet", "Job", "CronJob"],
];

export const np111DuplicateObject: LintRule = {
  code: "NP111",
  name: "duplicate-object",
  title: "One object is written twice, and which of the two the cluster gets is left to chance",
  severity: "error",
  category: "correctness",
  check(context) {
    const byName = grouped(
      writtenObjects(context, ...kinds),
      ({ object, ref }) => `${groupOf(object)} ${ref.kind} ${ref.namespace ?? ""}/${ref.name}`,
    );
    return [...byName.values()].flatMap((objects) => (objects.length > 1 ? [finding(objects)] : []));
  },
};

/** The API group, without its version: `networking.k8s.io`. */
const groupOf = (object: WrittenObject["object"]): string => (textAt(object, "apiVersion") ?? "").replace(/\/?[^/]*$/, "");

function finding(objects: readonly WrittenObject[]): RuleFinding {
  const [first, second] = objects as readonly [WrittenObject, WrittenObject];
  return {
    subject: first.ref,
    message: `${first.ref.kind} ${objectName(first.ref)} is written ${String(objects.length)} times: ${listed(
      objects.map(({ location }) => placeText(location)),
      5,
    )}`,
    advice: "keep one of them, or give the other another name",
    location: second.location,
    field: "metadata.name",
    because: [],
    key: "duplicate",
  };
}

function placeText({ file, line, address, constructPath, pointer }: Location): string {
  const place =
    address ?? constructPath ?? (file === undefined ? pointer : `${file}${line === undefined ? (pointer ?? "") : `:${String(line)}`}`);
  return quoted(place ?? "an unnamed place");
}

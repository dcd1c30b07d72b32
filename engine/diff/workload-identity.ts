import { isUnknown, shown, type Value, type Workload } from "../model";

/** What makes a workload the same one in two clusters: kind, namespace and name, and which rollout it belongs to. */
export const workloadKey = ({ kind, namespace, name, variant }: Workload): string =>
  JSON.stringify([keyOf(namespace), kind, keyOf(name), variant ?? null]);

const keyOf = (value: Value<string>): readonly string[] => (isUnknown(value) ? ["unknown", value.because] : ["known", shown(value)]);

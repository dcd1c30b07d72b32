/** The label a StatefulSet puts on each pod: its name, which is that of the set and an ordinal. */
export const podNameLabel = "statefulset.kubernetes.io/pod-name";
/** The ordinal alone. */
export const podIndexLabel = "apps.kubernetes.io/pod-index";
/** What a Deployment tells its templates apart by. */
export const templateHashLabel = "pod-template-hash";
/** What StatefulSets and DaemonSets tell their templates apart by. */
export const revisionHashLabel = "controller-revision-hash";
export const templateGenerationLabel = "pod-template-generation";
/** The number of a pod of a Job in Indexed mode. */
export const completionIndexLabel = "batch.kubernetes.io/job-completion-index";
/** The name of the Job a pod belongs to. */
export const jobNameLabels: readonly string[] = ["batch.kubernetes.io/job-name", "job-name"];
export const jobUidLabels: readonly string[] = ["batch.kubernetes.io/controller-uid", "controller-uid"];

/**
 * Every label that controllers of Kubernetes set on the pods they make, whatever their template says; those that tell templates apart first. A
 * pod that differs from a template in them alone was made from it.
 */
export const controllerLabelKeys: readonly string[] = [
  templateHashLabel,
  revisionHashLabel,
  templateGenerationLabel,
  podNameLabel,
  podIndexLabel,
  completionIndexLabel,
  ...jobNameLabels,
  ...jobUidLabels,
];

import { update } from "../evaluation";
import type { Service, Workload } from "../model";
import type { CniVerdict } from "../vpc-cni/answers";
import { vpcCni } from "../vpc-cni/vpc-cni";
import type { CniContext } from "./cni-context";
import { hasNoToken, writtenPods, type WrittenPods } from "./pod-accounts";
import type { LintContext } from "./rule";
import { workloadEnd } from "./witness";
import { entriesAt, textAt, type WrittenObject, writtenObjects } from "./written-objects";
import { quoted } from "./words";

/** The Service every cluster has for its API server. Which address it has is not in an input that does not show it. */
const kubernetes: Service = {
  namespace: "default",
  name: "kubernetes",
  type: "ClusterIP",
  ports: [{ name: "https", port: 443, protocol: "TCP", targetPort: 443 }],
  headless: false,
  clusterIps: [],
  externalTrafficPolicy: "Cluster",
  sourceRanges: [],
};

/** A workload that calls the API server, by the object that says so. */
export interface ApiClient {
  readonly workload: Workload;
  readonly by: string;
}

/** Workloads whose service account is granted something: nobody does that for pods that never call the API server. */
export function apiClients(context: LintContext): readonly ApiClient[] {
  const granted = new Map<string, string>();
  for (const written of writtenObjects(context, "RoleBinding", "ClusterRoleBinding")) {
    for (const account of accountsOf(written)) granted.set(account, `${written.ref.kind} ${quoted(written.ref.name)}`);
  }
  if (granted.size === 0) return [];
  return writtenPods(context).flatMap(({ workload, template, account }: WrittenPods) => {
    const by = hasNoToken(template) ? undefined : granted.get(account);
    return by === undefined ? [] : [{ workload, by }];
  });
}

function accountsOf({ object, ref }: WrittenObject): readonly string[] {
  return entriesAt(object, "subjects").flatMap((subject) => {
    const [namespace, name] = [textAt(subject, "namespace") ?? ref.namespace, textAt(subject, "name")];
    const isAccount = textAt(subject, "kind") === "ServiceAccount" && namespace !== undefined && name !== undefined;
    return isAccount ? [`${namespace}/${name}`] : [];
  });
}

/** What the VPC CNI makes of calls to the API server's Service: before they are translated, it sees the Service's own address. */
export function apiServerCalls({ evaluation }: LintContext, { cni, settings }: CniContext): (from: Workload) => CniVerdict {
  const { cluster } = evaluation;
  const isShown = cluster.services.some(({ namespace, name }) => namespace === "default" && name === "kubernetes");
  const asked = isShown
    ? cni
    : vpcCni(update(evaluation, { ...cluster, services: [...cluster.services, kubernetes] }), { ...settings, enabled: true });
  const to = { kind: "service", service: { namespace: "default", name: "kubernetes" } } as const;
  return (from) => asked.verdict({ from: workloadEnd(from), to, protocol: "TCP", port: 443 });
}

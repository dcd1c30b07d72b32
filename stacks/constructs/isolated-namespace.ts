import { NamespaceV1 } from "@cdktf/provider-kubernetes/lib/namespace-v1";
import { Construct } from "constructs";
import type { Cluster, Namespace } from "../../engine/model";
import type { Deployment } from "../../policies";
import { known, knownLabels } from "./known-value";
import { NetworkPolicy } from "./network-policy";
import { Service } from "./service";
import { Workload } from "./workload";
import { placed } from "./placed";

/** Properties of `IsolatedNamespace`: what of the cluster lies in another namespace is passed over. */
export interface IsolatedNamespaceProps {
  readonly namespace: Namespace;
  readonly content: Pick<Cluster, "policies" | "services">;
  readonly deployments: readonly Deployment[];
  /** Run its pods with as few rights as they can do with. */
  readonly restricted: boolean;
}

/** The label the API server sets by itself, and refuses to see changed. */
const automaticLabel = "kubernetes.io/metadata.name";

/**
 * A namespace, then its policies, then the workloads they protect: at no time does a pod run without its policies, neither while things
 * are created nor while they are destroyed. What is in it refers to it by name, so the JSON can be read without resolving references.
 */
export class IsolatedNamespace extends Construct {
  constructor(scope: Construct, id: string, { namespace, content, deployments, restricted }: IsolatedNamespaceProps) {
    super(scope, id);
    placed(this);
    const name = known(namespace.name);
    const { [automaticLabel]: _automatic, ...labels } = knownLabels(namespace.labels);
    const isHere = (object: { readonly namespace: Namespace["name"] }): boolean => known(object.namespace) === name;
    // Ids with a capital: Kubernetes names have none, so no policy can take one of them.
    const metadata = { name, ...(Object.keys(labels).length === 0 ? {} : { labels }) };
    const self = placed(new NamespaceV1(this, "Namespace", { metadata }), namespace.location?.created);
    const policies = content.policies
      .filter(isHere)
      .map((policy) => new NetworkPolicy(this, known(policy.name), { policy, dependsOn: [self] }));
    const protectedBy = { dependsOn: [self, ...policies] };
    const workloads = new Construct(this, "Workloads");
    for (const deployment of deployments.filter(({ workload }) => isHere(workload))) {
      new Workload(workloads, known(deployment.workload.name), { deployment, restricted, ...protectedBy });
    }
    const services = new Construct(this, "Services");
    for (const service of content.services.filter(isHere)) new Service(services, known(service.name), { service, dependsOn: [self] });
  }
}

import { type Cluster, isUnknown, type Protocol, type Service, type ServicePort, shown, type Value, type Workload } from "../model";
import { type Backend, backendsOf, findService, type ServiceRef } from "../services/service-backends";

/** The Services of a cluster and who is behind them, each found once. */
export class ServiceDirectory {
  private readonly byName = new Map<string, Service>();
  private readonly byNamespace = new Map<string, Workload[]>();
  /** Workloads that may be in any namespace. */
  private readonly anywhere: readonly Workload[];
  private readonly backends = new Map<ServicePort, readonly Backend[] | undefined>();

  constructor(private readonly cluster: Cluster) {
    for (const service of cluster.services) this.byName.set(`${shown(service.namespace)}/${shown(service.name)}`, service);
    this.anywhere = cluster.workloads.filter(({ namespace }) => isUnknown(namespace));
    for (const workload of cluster.workloads) {
      if (isUnknown(workload.namespace)) continue;
      const list = this.byNamespace.get(workload.namespace);
      if (list === undefined) this.byNamespace.set(workload.namespace, [workload]);
      else list.push(workload);
    }
  }

  /** The Service of this name; a name that is not there is a ModelError. */
  find(ref: ServiceRef): Service {
    return this.byName.get(`${ref.namespace}/${ref.name}`) ?? findService(this.cluster, ref);
  }

  /** The workloads behind one port of a Service. */
  behind(service: Service, port: ServicePort): readonly Backend[] | undefined {
    if (this.backends.has(port)) return this.backends.get(port);
    const found = this.behindTarget(service, port.targetPort, port.protocol);
    this.backends.set(port, found);
    return found;
  }

  /** The workloads behind a Service, and where traffic to a target arrives on each. */
  behindTarget(service: Service, target: Value<number | string>, protocol: Protocol): readonly Backend[] | undefined {
    const { namespace } = service;
    const workloads = isUnknown(namespace) ? this.cluster.workloads : [...(this.byNamespace.get(namespace) ?? []), ...this.anywhere];
    return backendsOf({ ...this.cluster, workloads }, service, target, protocol);
  }
}

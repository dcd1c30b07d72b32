import type { DeploymentV1SpecTemplateSpec, DeploymentV1SpecTemplateSpecContainer } from "@cdktf/provider-kubernetes/lib/deployment-v1";
import type { Deployment, WritableFolder } from "../../policies";
import { known } from "./known-value";

type Container = DeploymentV1SpecTemplateSpecContainer;

const resources = { requests: { cpu: "50m", memory: "64Mi" }, limits: { cpu: "200m", memory: "128Mi" } };

/** The container all pods have; probes come from the pod's own node, which policies never stop. */
function containerOf({ workload, image }: Deployment): Container {
  const ports = workload.ports.map(({ name, port, protocol }) => ({
    containerPort: known(port),
    protocol,
    ...(name === undefined ? {} : { name }),
  }));
  const [first] = ports;
  const probe = first === undefined ? undefined : { tcpSocket: [{ port: String(first.containerPort) }] };
  return {
    name: known(workload.name),
    image,
    port: ports,
    resources,
    securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ["NET_RAW"] } },
    ...(probe === undefined ? {} : { readinessProbe: probe, livenessProbe: probe }),
  };
}

/** As unprivileged as an image that starts as root allows. */
export const plainPodSpec = (deployment: Deployment): DeploymentV1SpecTemplateSpec => ({
  automountServiceAccountToken: false,
  hostNetwork: known(deployment.workload.hostNetwork),
  securityContext: { seccompProfile: { type: "RuntimeDefault" } },
  container: [containerOf(deployment)],
});

/** A user no image and no node knows. */
const nobody = "10001";

/** Enough for process ids, buffers and configuration; logs do not go to files. */
const sizeLimit = "16Mi";

const mountsOf = ({ writable = [] }: Deployment): readonly (WritableFolder & { readonly name: string })[] =>
  writable.map((folder, index) => ({ ...folder, name: `writable-${index}` }));

const restrictedContext: NonNullable<Container["securityContext"]> = {
  allowPrivilegeEscalation: false,
  privileged: false,
  readOnlyRootFilesystem: true,
  runAsNonRoot: true,
  runAsUser: nobody,
  capabilities: { drop: ["ALL"] },
};

/** The same pod without root, without a capability, and with nothing to write to but the folders it needs, which end with it. */
export function restrictedPodSpec(deployment: Deployment): DeploymentV1SpecTemplateSpec {
  const mounts = mountsOf(deployment);
  const container: Container = {
    ...containerOf(deployment),
    imagePullPolicy: "Always",
    securityContext: restrictedContext,
    volumeMount: mounts.map(({ name, path }) => ({ name, mountPath: path })),
  };
  return {
    ...plainPodSpec(deployment),
    securityContext: {
      runAsNonRoot: true,
      runAsUser: nobody,
      runAsGroup: nobody,
      fsGroup: nobody,
      seccompProfile: { type: "RuntimeDefault" },
      // Port 80 stays port 80 without root. Kubernetes counts this setting, which ends at the pod, among the safe ones.
      sysctl: [{ name: "net.ipv4.ip_unprivileged_port_start", value: "0" }],
    },
    initContainer: mounts.filter(({ filled }) => filled).map(({ name, path }) => copyOf(deployment.image, name, path)),
    container: [container],
    volume: mounts.map(({ name }) => ({ name, emptyDir: { sizeLimit } })),
  };
}

/** Puts what the image has in a folder where the pod may write to it. */
const copyOf = (image: string, name: string, path: string): Container => ({
  name: `fill-${name}`,
  image,
  imagePullPolicy: "Always",
  command: ["cp", "-R", `${path}/.`, "/fill"],
  resources,
  securityContext: restrictedContext,
  volumeMount: [{ name, mountPath: "/fill" }],
});

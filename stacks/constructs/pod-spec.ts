import type {
  DeploymentV1SpecTemplateSpec,
  DeploymentV1SpecTemplateSpecContainer,
  DeploymentV1SpecTemplateSpecContainerVolumeMount,
} from "@cdktf/provider-kubernetes/lib/deployment-v1";
import type { Deployment } from "../../policies";
import { known } from "./known-value";

type Container = DeploymentV1SpecTemplateSpecContainer;
type Mount = DeploymentV1SpecTemplateSpecContainerVolumeMount;

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

/** Where nginx writes: its process id, what it buffers, and its configuration, which its image completes for IPv6 as it starts. */
const writable: readonly Mount[] = [
  { name: "run", mountPath: "/run" },
  { name: "cache", mountPath: "/var/cache/nginx" },
  { name: "tmp", mountPath: "/tmp" },
  { name: "configuration", mountPath: "/etc/nginx/conf.d" },
];

const restrictedContext: NonNullable<Container["securityContext"]> = {
  allowPrivilegeEscalation: false,
  privileged: false,
  readOnlyRootFilesystem: true,
  runAsNonRoot: true,
  runAsUser: nobody,
  capabilities: { drop: ["ALL"] },
};

/** The same pod without root, without a capability, and with nothing to write to but memory that ends with it. */
export function restrictedPodSpec(deployment: Deployment): DeploymentV1SpecTemplateSpec {
  const container: Container = {
    ...containerOf(deployment),
    imagePullPolicy: "Always",
    securityContext: restrictedContext,
    volumeMount: [...writable],
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
    initContainer: [configurationCopy(container)],
    container: [container],
    volume: writable.map(({ name }) => ({ name, emptyDir: { sizeLimit: "16Mi" } })),
  };
}

/** Puts the image's own configuration where it can be completed. */
function configurationCopy({ image, imagePullPolicy }: Container): Container {
  return {
    name: "copy-configuration",
    ...(image === undefined ? {} : { image }),
    ...(imagePullPolicy === undefined ? {} : { imagePullPolicy }),
    command: ["cp", "/etc/nginx/conf.d/default.conf", "/configuration/default.conf"],
    resources,
    securityContext: restrictedContext,
    volumeMount: [{ name: "configuration", mountPath: "/configuration" }],
  };
}

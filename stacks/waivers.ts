import type { TerraformStack } from "cdktf";
import type { Settings } from "./settings";

/** The stacks, by their ids. */
type StackName = "network" | "cluster" | "policies";

/** A rule of a scanner that the settings do not meet, on purpose. */
export interface Waiver {
  /** As the scanner prints it. */
  readonly id: string;
  readonly scanner: "checkov" | "trivy" | "CIS EKS 1.7";
  /** The setting that decides about it. */
  readonly setting: string;
  readonly reason: string;
}

interface WaiverRule extends Omit<Waiver, "id" | "scanner"> {
  readonly stack: StackName;
  readonly ids: readonly (readonly [Waiver["scanner"], string])[];
  readonly applies: (settings: Settings) => boolean;
}

/** The versions that checkov 3.3.13 takes for supported: a fixed list, which is behind EKS at both ends. */
const versionsOfCheckov = ["1.29", "1.30", "1.31", "1.32", "1.33", "1.34", "1.35"];

const opensToAll = ({ endpoint }: Settings): boolean => endpoint.publicAccessCidrs.some((cidr) => cidr.endsWith("/0"));

const rules: readonly WaiverRule[] = [
  {
    stack: "network",
    setting: "flowLogs",
    reason: "flow logs cost by the gigabyte, and the experiment needs none",
    ids: [
      ["checkov", "CKV2_AWS_11"],
      ["trivy", "AWS-0178"],
    ],
    applies: ({ protection }) => !protection.flowLogs,
  },
  {
    stack: "network",
    setting: "customerKeys",
    reason: "logs are encrypted with the key AWS owns; one of our own costs a dollar a month",
    ids: [
      ["checkov", "CKV_AWS_158"],
      ["trivy", "AWS-0017"],
    ],
    applies: ({ protection }) => protection.flowLogs && !protection.customerKeys,
  },
  {
    stack: "network",
    setting: "logRetentionDays",
    reason: "the logs of a short-lived cluster are not kept for a year",
    ids: [["checkov", "CKV_AWS_338"]],
    applies: ({ protection }) => protection.flowLogs && protection.logRetentionDays < 365,
  },
  {
    stack: "cluster",
    setting: "customerKeys",
    reason: "secrets and logs are encrypted with keys AWS owns; one of our own costs a dollar a month",
    ids: [
      ["checkov", "CKV_AWS_58"],
      ["checkov", "CKV_AWS_158"],
      ["trivy", "AWS-0039"],
      ["trivy", "AWS-0017"],
      ["CIS EKS 1.7", "5.3.1"],
    ],
    applies: ({ protection }) => !protection.customerKeys,
  },
  {
    stack: "cluster",
    setting: "logRetentionDays",
    reason: "the logs of a short-lived cluster are not kept for a year",
    ids: [["checkov", "CKV_AWS_338"]],
    applies: ({ protection }) => protection.logRetentionDays < 365,
  },
  {
    stack: "cluster",
    setting: "endpointPublicAccess",
    reason: "the Kubernetes API is reached from outside the VPC, from the addresses that are listed",
    ids: [
      ["checkov", "CKV_AWS_39"],
      ["trivy", "AWS-0040"],
      ["trivy", "AWS-0041"],
      ["CIS EKS 1.7", "5.4.2"],
    ],
    applies: ({ endpoint }) => endpoint.publicAccess,
  },
  {
    stack: "cluster",
    setting: "publicAccessCidrs",
    reason: "the Kubernetes API was opened to the whole internet by the settings",
    ids: [
      ["checkov", "CKV_AWS_38"],
      ["CIS EKS 1.7", "5.4.1"],
    ],
    applies: opensToAll,
  },
  {
    stack: "cluster",
    setting: "kubernetesVersion",
    reason: "the version was chosen; the scanner's list of versions is fixed, and ends at 1.35",
    ids: [["checkov", "CKV_AWS_339"]],
    applies: ({ kubernetesVersion }) => !versionsOfCheckov.includes(kubernetesVersion),
  },
  {
    stack: "policies",
    setting: "restrictedPods",
    reason: "the experiment runs nginx as its image is made: as root, on a disk it writes to",
    ids: [
      ["checkov", "CKV_K8S_15"],
      ["checkov", "CKV_K8S_22"],
    ],
    applies: ({ pods }) => !pods.restricted,
  },
  {
    stack: "policies",
    setting: "image",
    reason: "the experiment names its image by a tag that a person can read",
    ids: [["checkov", "CKV_K8S_43"]],
    applies: ({ pods }) => !pods.image.includes("@sha256:"),
  },
  {
    stack: "policies",
    setting: "profile",
    reason: "the experiment shows what namespaces without a policy do",
    ids: [["CIS EKS 1.7", "4.3.2"]],
    applies: ({ pods }) => !pods.isolateBothWays,
  },
];

/** What scanners will remark about a stack with these settings, and why it is so. */
export const waiversOf = (stack: StackName, settings: Settings): readonly Waiver[] =>
  rules
    .filter((rule) => rule.stack === stack && rule.applies(settings))
    .flatMap(({ ids, setting, reason }) => ids.map(([scanner, id]) => ({ id, scanner, setting, reason })));

/** Puts the stack's waivers into its JSON, under `"//".netpol.waivers`: for reviewers, and for the command line of a scanner. */
export function writeWaivers(stack: TerraformStack, name: StackName, settings: Settings): void {
  const waivers = waiversOf(name, settings);
  if (waivers.length > 0) stack.addOverride("//.netpol.waivers", waivers);
}

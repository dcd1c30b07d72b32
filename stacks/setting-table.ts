import { z } from "zod";
import { experimentImage, type Step } from "../policies";
import { isAtLeast } from "./addon-version";
import { isNetworkAddress, prefixLength } from "./ipv4-cidr";
import type { Setting, TextForm } from "./setting";

const setting = <T>(form: TextForm, schema: z.ZodType<T>, rest: Omit<Setting<T>, "form" | "schema">): Setting<T> => ({
  form,
  schema,
  ...rest,
});

/** How many NAT gateways carry the nodes' way out. */
export type NatMode = "single" | "per-az";

/** What the settings are chosen for: a bundle of defaults. docs/stacks.md shows both. */
export type Profile = "dev" | "hardened";

/** What becomes of a pod that no policy selects: everything is allowed, or nothing is. */
export type EnforcingMode = "standard" | "strict";

/** How the CNI comes by its permissions: the cluster's identity provider, or the Pod Identity agent on each node. */
export type CniIdentity = "irsa" | "pod-identity";

/** The addresses pods have. */
export type IpFamily = "ipv4" | "ipv6";

const whole = (from: number, to: number): z.ZodType<number> => z.int().min(from).max(to);
const bucketName = /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/;
const region = /^[a-z]{2}(-[a-z]+)+-\d$/;
const regionAllowed = "an AWS region, such as us-west-2";
const principal = /^arn:aws[a-z-]*:iam::\d{12}:(role|user)\/.+$/;
const addonVersion = /^v\d+\.\d+\.\d+-eksbuild\.\d+$/;

/** 1.25 is the first version the VPC CNI enforces NetworkPolicies on. */
const enforcesPolicies = (version: string): boolean => /^1\.\d{2}$/.test(version) && Number(version.slice(2)) >= 25;

/** From /16 to /20, so that neither a VPC nor the smallest subnet cut from it (8 bits more) leaves what AWS accepts. */
const isVpcRange = (cidr: string): boolean => prefixLength(cidr) >= 16 && prefixLength(cidr) <= 20 && isNetworkAddress(cidr);

/** Enforcement came with v1.14.0-eksbuild.3; v1.21.0 ships a policy agent that was withdrawn. */
const isVpcCniWithPolicies = (version: string): boolean => isAtLeast(version, 1, 14, 0, 3) && !version.startsWith("v1.21.0-");

/** How long CloudWatch can keep logs, in days. */
const retentions = [1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653];

/** A repository with a tag, a digest or both. Without either, what runs would change by itself. */
const imageReference = /^[a-z0-9][a-z0-9._:/-]*(:(?!latest)[\w.-]+|(:[\w.-]+)?@sha256:[0-9a-f]{64})$/;

/**
 * Every setting there is. The environment variable of a key is its upper-case form behind `NETPOL_EKS_`: `nodeMinSize` is
 * `NETPOL_EKS_NODE_MIN_SIZE`. docs/stacks.md shows this table.
 */
export const settingTable = {
  profile: setting<Profile>("text", z.enum(["dev", "hardened"]), {
    doc: "Defaults for a cluster that is cheap, or for one that scanners find nothing in; `hardened` also refuses what they would find",
    allowed: "`dev` or `hardened`",
    default: "dev",
  }),
  region: setting("text", z.string().regex(region), { doc: "Region of everything", allowed: regionAllowed, default: "us-west-2" }),
  name: setting("text", z.string().regex(/^[a-z][a-z0-9-]{0,29}$/), {
    doc: "Name of the cluster, and the start of every other name",
    allowed: "1 to 30 lower-case letters, digits and dashes, starting with a letter",
    default: "netpol",
  }),
  vpcCidr: setting("text", z.cidrv4().refine(isVpcRange), {
    doc: "IPv4 range of the VPC",
    allowed: "an IPv4 CIDR from /16 to /20 that starts at its network address, such as 10.0.0.0/16",
    default: "10.0.0.0/16",
  }),
  azCount: setting("number", whole(2, 6), { doc: "Availability zones to spread over", allowed: "a whole number from 2 to 6", default: 3 }),
  natMode: setting<NatMode>("text", z.enum(["single", "per-az"]), {
    doc: "One NAT gateway for all zones, or one in each",
    allowed: "`single` or `per-az`",
    default: "single",
  }),
  kubernetesVersion: setting("text", z.string().refine(enforcesPolicies), {
    doc: "Kubernetes version of the cluster and its nodes",
    allowed: 'a version in quotes, "1.25" or later (the first whose NetworkPolicies the VPC CNI enforces)',
    default: "1.27",
  }),
  allowUnsupportedVersion: setting("flag", z.boolean(), {
    doc: "Leave out the plan's check that EKS offers the version; the warning at synth stays",
    allowed: "true or false",
    default: false,
  }),
  vpcCniVersion: setting("text", z.string().regex(addonVersion).refine(isVpcCniWithPolicies).optional(), {
    doc: "Version of the vpc-cni add-on, when it must not be the most recent",
    allowed:
      "an add-on version, such as v1.20.1-eksbuild.3: v1.14.0-eksbuild.3 or later (the first with NetworkPolicy), not v1.21.0 (withdrawn agent)",
    default: undefined,
  }),
  enforcingMode: setting<EnforcingMode>("text", z.enum(["standard", "strict"]), {
    doc: "What the CNI does with a pod that no policy selects: `standard` allows everything, `strict` nothing",
    allowed: "`standard` or `strict`",
    default: "standard",
  }),
  policyEventLogs: setting("flag", z.boolean(), {
    doc: "Send what policies allow and deny to the cluster's log group; takes one vCPU of each node",
    allowed: "true or false",
    default: false,
  }),
  cniIdentity: setting<CniIdentity>("text", z.enum(["irsa", "pod-identity"]), {
    doc: "How the CNI gets its role: by the cluster's identity provider, or by the EKS Pod Identity agent",
    allowed: "`irsa` or `pod-identity`",
    default: "irsa",
  }),
  ipFamily: setting<IpFamily>("text", z.enum(["ipv4", "ipv6"]), {
    doc: "Addresses of pods and Services; fixed once the cluster exists",
    allowed: "`ipv4` or `ipv6`",
    default: "ipv4",
  }),
  nodeInstanceTypes: setting(
    "list",
    z
      .array(z.string().regex(/^[a-z0-9-]+\.[a-z0-9-]+$/))
      .min(1)
      .readonly(),
    {
      doc: "Instance types of the nodes, all of one processor architecture",
      allowed: "a list of EC2 instance types, such as t3.medium",
      default: ["t3.medium"],
    },
  ),
  nodeMinSize: setting("number", whole(0, 450), { doc: "Fewest nodes", allowed: "a whole number from 0 to 450", default: 1 }),
  nodeDesiredSize: setting("number", whole(0, 450), {
    doc: "Nodes to start with; later changes by an autoscaler are left alone",
    allowed: "a whole number from 0 to 450",
    default: 2,
  }),
  nodeMaxSize: setting("number", whole(1, 450), { doc: "Most nodes", allowed: "a whole number from 1 to 450", default: 3 }),
  nodeDiskGib: setting("number", whole(20, 16384), {
    doc: "Encrypted gp3 disk of a node, in GiB",
    allowed: "a whole number from 20 to 16384",
    default: 30,
  }),
  endpointPrivateAccess: setting("flag", z.boolean(), {
    doc: "Kubernetes API reachable from the VPC",
    allowed: "true or false",
    default: true,
  }),
  endpointPublicAccess: setting("flag", z.boolean(), {
    doc: "Kubernetes API reachable from publicAccessCidrs",
    allowed: "true or false",
    default: false,
  }),
  publicAccessCidrs: setting("list", z.array(z.cidrv4().refine(isNetworkAddress)).readonly(), {
    doc: "Addresses that may use the public endpoint",
    allowed: "a list of IPv4 CIDRs that start at their network address, such as 203.0.113.7/32",
    default: [],
  }),
  adminPrincipalArn: setting("text", z.string().regex(principal).optional(), {
    doc: "Role or user that administers the cluster, and applies the policies stack; otherwise whoever deploys first",
    allowed: "the ARN of an IAM role or user (not of an assumed-role session), such as arn:aws:iam::111122223333:role/deploy",
    default: undefined,
  }),
  customerKeys: setting("flag", z.boolean(), {
    doc: "Encrypt Kubernetes secrets and logs with KMS keys of your own; cannot be undone for secrets",
    allowed: "true or false",
    default: false,
  }),
  flowLogs: setting("flag", z.boolean(), {
    doc: "Log every connection of the VPC to CloudWatch",
    allowed: "true or false",
    default: false,
  }),
  logRetentionDays: setting(
    "number",
    z.int().refine((days) => retentions.includes(days)),
    {
      doc: "Days that logs are kept",
      allowed: `a number of days CloudWatch knows: ${retentions.join(", ")}`,
      default: 365,
    },
  ),
  deletionProtection: setting("flag", z.boolean(), {
    doc: "EKS refuses to delete the cluster until this is false again",
    allowed: "true or false",
    default: false,
  }),
  tags: setting("map", z.record(z.string().regex(/^(?!aws:).{1,128}$/), z.string().max(256)).readonly(), {
    doc: "Tags on every AWS resource",
    allowed: 'an object of texts whose names do not start with aws:, such as {"team": "network"}',
    default: {},
  }),
  stateBucket: setting("text", z.string().regex(bucketName).optional(), {
    doc: "S3 bucket that keeps the state, locked natively; otherwise local files",
    allowed: "the name of an S3 bucket",
    default: undefined,
  }),
  stateKeyPrefix: setting(
    "text",
    z
      .string()
      .regex(/^[\w.-]+(\/[\w.-]+)*$/)
      .optional(),
    {
      doc: "Folder of the state in the bucket; otherwise the name",
      allowed: "a key prefix without slashes at its ends, such as teams/network",
      default: undefined,
    },
  ),
  stateRegion: setting("text", z.string().regex(region).optional(), {
    doc: "Region of the bucket; otherwise the region",
    allowed: regionAllowed,
    default: undefined,
  }),
  image: setting("text", z.string().regex(imageReference), {
    doc: "Image of the experiment's pods: nginx, with curl",
    allowed: "an image with a tag other than latest, or with a digest, such as nginx:1.27",
    default: experimentImage,
  }),
  restrictedPods: setting("flag", z.boolean(), {
    doc: "Run the experiment's pods without root, without capabilities and on a read-only disk",
    allowed: "true or false",
    default: false,
  }),
  step: setting<Step>("number", z.literal([1, 2, 3]), {
    doc: "Step of the experiment the policies stack deploys: 1 no policy, 2 default deny, 3 the frontend is let in",
    allowed: "1, 2 or 3",
    default: 3,
  }),
};

import { textArgument } from "../enforcement/arguments";
import { type Json, type Protocol } from "../model";
import type { CniContext } from "./cni-context";
import { containersOf, setsVariable, writtenPods, type WrittenPods } from "./pod-accounts";
import { outsidersOf } from "./outside";
import type { LintContext, Severity } from "./rule";
import { quoted } from "./words";
import { entriesAt, textAt, valueAt, type WrittenObject, writtenObjects } from "./written-objects";

/** Something a workload has to connect to outside the cluster's pods, because an object of the input says so. */
export interface NeededAddress {
  readonly workload: WrittenPods["workload"];
  readonly address: string;
  /** Nobody knows which address it has: the one given stands for any outside. @default it has this one */
  readonly isAnywhere?: true;
  readonly ports: readonly { readonly protocol: Protocol; readonly port: number }[];
  /** What answers there, as in "the pods may not connect to …". */
  readonly what: string;
  readonly advice: string;
  /** @default that of the rule */
  readonly severity?: Severity;
}

type Need = Omit<NeededAddress, "workload">;

/** What pods need to get credentials of AWS, and names where DNS answers on the node only. */
export function neededAddresses(context: LintContext, cni: CniContext): readonly NeededAddress[] {
  const roles = rolesOf(context, cni);
  const dns = nodeLocalDns(context);
  return writtenPods(context).flatMap((pods) => {
    const credentials = credentialsOf(context, pods, roles, cni);
    return [...(credentials === undefined ? [] : [credentials]), ...dns].map((need) => ({ workload: pods.workload, ...need }));
  });
}

/** Service accounts by the way they get a role. */
interface Roles {
  readonly associated: ReadonlySet<string>;
  readonly annotated: ReadonlySet<string>;
  /** Those that certainly have none. */
  readonly hasNone: (account: string) => boolean;
}

function rolesOf(context: LintContext, { facts }: CniContext): Roles {
  const names = facts.resources
    .filter(({ type }) => type === "aws_eks_pod_identity_association")
    .map((each) => [textArgument(each, "namespace"), textArgument(each, "service_account")] as const);
  const associated = new Set(names.map((pair) => pair.map(String).join("/")));
  const isAllKnown = names.every((pair) => pair.every((name) => typeof name === "string"));
  const accounts = writtenObjects(context, "ServiceAccount").map(({ object, ref }) => ({
    account: `${ref.namespace ?? ""}/${ref.name}`,
    hasRole: valueAt(object, "metadata", "annotations", "eks.amazonaws.com/role-arn") !== undefined,
  }));
  const annotated = new Set(accounts.filter(({ hasRole }) => hasRole).map(({ account }) => account));
  const listed = new Set(accounts.map(({ account }) => account));
  return {
    associated,
    annotated,
    hasNone: (account) =>
      isAllKnown && !associated.has(account) && !annotated.has(account) && (listed.has(account) || account.endsWith("/default")),
  };
}

function credentialsOf(
  context: LintContext,
  { template, account }: WrittenPods,
  { associated, annotated, hasNone }: Roles,
  cni: CniContext,
): Need | undefined {
  if (associated.has(account)) return identityAgent(cni);
  if (annotated.has(account)) return tokenService(context, cni);
  // In an IPv6 cluster no policy sees the service at its IPv4 address.
  return hasNone(account) && cni.settings.ipFamily === "IPv4" && usesNodeRole(template) ? metadata : undefined;
}

const tcp = (port: number): Need["ports"] => [{ protocol: "TCP", port }];

/** Where the agent of Pod Identity answers on each node. */
function identityAgent({ settings }: CniContext): Need {
  const address = settings.ipFamily === "IPv6" ? "fd00:ec2::23" : "169.254.170.23";
  const what = "the agent of EKS Pod Identity, which hands out its role";
  return { address, ports: tcp(80), what, advice: `open TCP 80 to ${quoted(address)}` };
}

/**
 * Which address the security token service has is known only while the cluster runs: any address outside stands for it. What leaves an IPv6 cluster
 * by IPv4, as calls to STS do, no policy sees.
 */
function tokenService(context: LintContext, { settings }: CniContext): Need | undefined {
  const leavesByIpv4 = settings.ipFamily === "IPv4" ? false : settings.enableV4Egress;
  if (leavesByIpv4 === true) return undefined;
  const [address] = outsidersOf(context);
  return {
    address,
    isAnywhere: true,
    ports: tcp(443),
    what: "the security token service (STS), which hands out its role",
    advice: "open TCP 443 to the endpoint of STS, or use Pod Identity",
    ...(leavesByIpv4 === false ? {} : { severity: "info" }),
  };
}

const region = new Set(["AWS_REGION", "AWS_DEFAULT_REGION"]);

/** Credentials that pods bring along, or are told to get elsewhere. */
const credentials =
  /^AWS_(?:ACCESS_KEY_ID|SHARED_CREDENTIALS_FILE|CONTAINER_CREDENTIALS_\w+|WEB_IDENTITY_TOKEN_FILE|PROFILE|EC2_METADATA_DISABLED)$/;

/** Pods that are told their region use AWS; without a role and credentials of their own they use those of their node. */
const usesNodeRole = (template: Json | undefined): boolean =>
  setsVariable(template, (name) => region.has(name)) &&
  !setsVariable(template, (name) => credentials.test(name)) &&
  !containersOf(template).some((container) => valueAt(container, "envFrom") !== undefined);

const metadata: Need = {
  address: "169.254.169.254",
  ports: tcp(80),
  what: "the instance metadata service, whose credentials pods use that are told an AWS region and have no role",
  advice: "give the pods a role (IRSA, Pod Identity), or open TCP 80 to `169.254.169.254`",
  severity: "info",
};

/**
 * NodeLocal DNSCache where it answers at an address of its own only (`-localip` names one, as with kube-proxy in IPVS mode): pods are then
 * configured to ask there. Where it listens on the address of the DNS Service as well, pods ask as ever.
 */
function nodeLocalDns(context: LintContext): readonly Need[] {
  return writtenObjects(context, "DaemonSet").flatMap((written) => {
    const [address, ...others] = localAddresses(written);
    if (address === undefined || others.length > 0) return [];
    const ports = (["UDP", "TCP"] as const).map((protocol) => ({ protocol, port: 53 }));
    const what = `NodeLocal DNSCache, where names are asked for because of DaemonSet ${quoted(written.ref.name)}`;
    return [{ address, ports, what, advice: `open UDP and TCP 53 to ${quoted(address)}` }];
  });
}

const linkLocal = /^(?:169\.254\.\d+\.\d+|fe80:[\da-f:]+)$/;

/** What `-localip` lists, where the first of it is an address of the node alone. */
function localAddresses({ object }: WrittenObject): readonly string[] {
  const template = valueAt(object, "spec", "template");
  const words = containersOf(template)
    .filter((container) => textAt(container, "image")?.includes("node-cache") === true)
    .flatMap((container) => [...entriesAt(container, "command"), ...entriesAt(container, "args")])
    .flatMap((word) => (typeof word === "string" ? word.split(/[\s=]+/) : []));
  const at = words.findIndex((word) => /^--?localip$/.test(word));
  const listed = at === -1 ? [] : (words[at + 1] ?? "").split(",");
  return linkLocal.test(listed[0] ?? "") ? listed : [];
}

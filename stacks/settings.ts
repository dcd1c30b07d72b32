import type { Step } from "../policies";
import { closestName } from "./closest-name";
import { architectureOf, type Architecture } from "./instance-type";
import { checkedValue, environmentName, environmentPrefix, fromText, type Setting, type SettingValues } from "./setting";
import { profileDefaults } from "./profile";
import { refuseConflicts } from "./setting-conflicts";
import { settingTable, type CniIdentity, type EnforcingMode, type IpFamily, type NatMode, type Profile } from "./setting-table";
import { notAnObject, unknownSetting } from "./settings-error";

/** Where Terraform keeps what it created. */
export type Backend =
  /** Files beside the project, by a path that is the same on every machine. */
  { readonly kind: "local" } | { readonly kind: "s3"; readonly bucket: string; readonly keyPrefix: string; readonly region: string };

/** Everything about a deployment that can be chosen, checked and complete. */
export interface Settings {
  readonly profile: Profile;
  readonly region: string;
  readonly name: string;
  readonly vpcCidr: string;
  readonly azCount: number;
  readonly natMode: NatMode;
  readonly kubernetesVersion: string;
  readonly allowUnsupportedVersion: boolean;
  /** Absent: the most recent. */
  readonly vpcCniVersion?: string;
  readonly cni: { readonly enforcingMode: EnforcingMode; readonly policyEventLogs: boolean; readonly identity: CniIdentity };
  readonly ipFamily: IpFamily;
  readonly nodes: {
    readonly instanceTypes: readonly string[];
    readonly architecture: Architecture;
    readonly minSize: number;
    readonly desiredSize: number;
    readonly maxSize: number;
    readonly diskGib: number;
  };
  readonly endpoint: {
    readonly privateAccess: boolean;
    readonly publicAccess: boolean;
    readonly publicAccessCidrs: readonly string[];
  };
  readonly protection: {
    readonly customerKeys: boolean;
    readonly flowLogs: boolean;
    readonly logRetentionDays: number;
    readonly deletionProtection: boolean;
  };
  /** Absent: whoever deploys. */
  readonly adminPrincipalArn?: string;
  readonly tags: Readonly<Record<string, string>>;
  readonly backend: Backend;
  readonly pods: {
    readonly image: string;
    readonly restricted: boolean;
    /** Every namespace has policies for both directions, where the experiment alone leaves some open. */
    readonly isolateBothWays: boolean;
  };
  readonly step: Step;
  /** The day Kubernetes support is judged by, as in 2026-11-23. */
  readonly today: string;
}

/** Where settings come from. */
export interface SettingSources {
  /** The object under `netpol` in the context of cdktf.json. */
  readonly context?: unknown;
  /** The process environment. It wins over the context; an empty variable counts as absent. */
  readonly environment?: Readonly<Record<string, string | undefined>>;
  /** @default the current day in UTC */
  readonly today?: string;
}

/** The values of all settings, each checked by itself. */
export type Values = SettingValues<typeof settingTable>;
type Key = keyof typeof settingTable;
const keys = Object.keys(settingTable) as Key[];
const contextName = "context `netpol` of cdktf.json";

/** Reads, checks and freezes the settings. Throws one SettingsError for the first thing that is wrong. */
export function loadSettings({ context = {}, environment = {}, today = currentDay() }: SettingSources = {}): Settings {
  const fromContext = contextOf(context);
  refuseUnknown(fromContext, environment);
  const profile = (given("profile", fromContext, environment) ?? settingTable.profile.default) as Profile;
  const defaults: Partial<Record<Key, unknown>> = profileDefaults[profile];
  const valueOf = (key: Key): unknown => given(key, fromContext, environment) ?? defaults[key] ?? settingTable[key].default;
  const values = Object.fromEntries(keys.map((key) => [key, valueOf(key)])) as Values;
  refuseConflicts(values, today);
  return deepFreeze(settingsFrom(values, today));
}

const currentDay = (): string => new Date().toISOString().slice(0, "2026-11-23".length);

function contextOf(context: unknown): Readonly<Record<string, unknown>> {
  if (typeof context !== "object" || context === null || Array.isArray(context)) throw notAnObject(contextName, context);
  return context as Readonly<Record<string, unknown>>;
}

function refuseUnknown(context: Readonly<Record<string, unknown>>, environment: Readonly<Record<string, string | undefined>>): void {
  const variables = keys.map(environmentName);
  for (const name of Object.keys(context)) {
    if (!Object.hasOwn(settingTable, name)) throw unknownSetting(name, contextName, closestName(name, keys));
  }
  for (const name of Object.keys(environment)) {
    if (!name.startsWith(environmentPrefix) || variables.includes(name)) continue;
    throw unknownSetting(name, "the environment", closestName(name, variables));
  }
}

/** The checked value somebody chose; undefined when nobody did. */
function given(key: Key, context: Readonly<Record<string, unknown>>, environment: Readonly<Record<string, string | undefined>>): unknown {
  const setting: Setting<unknown> = settingTable[key];
  const text = environment[environmentName(key)];
  if (text !== undefined && text !== "") return checkedValue(key, setting, `\`${environmentName(key)}\``, fromText(setting.form, text));
  return Object.hasOwn(context, key) ? checkedValue(key, setting, contextName, context[key]) : undefined;
}

function settingsFrom(values: Values, today: string): Settings {
  const { region, name, vpcCidr, azCount, natMode, kubernetesVersion, allowUnsupportedVersion, tags } = values;
  const { profile, ipFamily, vpcCniVersion, adminPrincipalArn, customerKeys, flowLogs, logRetentionDays, deletionProtection } = values;
  return {
    ...{ profile, region, name, vpcCidr, azCount, natMode, kubernetesVersion, allowUnsupportedVersion, ipFamily, tags, today },
    cni: { enforcingMode: values.enforcingMode, policyEventLogs: values.policyEventLogs, identity: values.cniIdentity },
    protection: { customerKeys, flowLogs, logRetentionDays, deletionProtection },
    ...(vpcCniVersion === undefined ? {} : { vpcCniVersion }),
    ...(adminPrincipalArn === undefined ? {} : { adminPrincipalArn }),
    nodes: nodesFrom(values),
    endpoint: {
      privateAccess: values.endpointPrivateAccess,
      publicAccess: values.endpointPublicAccess,
      publicAccessCidrs: values.publicAccessCidrs,
    },
    backend: backendFrom(values),
    pods: {
      image: values.image,
      restricted: values.restrictedPods,
      isolateBothWays: profile === "hardened" || values.enforcingMode === "strict",
    },
    step: values.step,
  };
}

const nodesFrom = (values: Values): Settings["nodes"] => ({
  instanceTypes: values.nodeInstanceTypes,
  architecture: architectureOf(values.nodeInstanceTypes[0] ?? ""),
  minSize: values.nodeMinSize,
  desiredSize: values.nodeDesiredSize,
  maxSize: values.nodeMaxSize,
  diskGib: values.nodeDiskGib,
});

const backendFrom = ({ stateBucket, stateKeyPrefix, stateRegion, name, region }: Values): Backend =>
  stateBucket === undefined
    ? { kind: "local" }
    : { kind: "s3", bucket: stateBucket, keyPrefix: stateKeyPrefix ?? name, region: stateRegion ?? region };

/** A copy nothing can be written to. */
function deepFreeze<T>(value: T): T {
  if (typeof value !== "object" || value === null) return value;
  const copy = Array.isArray(value) ? value.map(deepFreeze) : mapped(value);
  return Object.freeze(copy) as T;
}

const mapped = (value: object): object => Object.fromEntries(Object.entries(value).map(([key, part]) => [key, deepFreeze<unknown>(part)]));

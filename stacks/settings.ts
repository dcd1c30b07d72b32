import type { Step } from "../policies";
import { closestName } from "./closest-name";
import { checkedValue, environmentName, environmentPrefix, fromText, type Setting, type SettingValues } from "./setting";
import { settingTable, type NatMode } from "./setting-table";
import { conflict, notAnObject, unknownSetting } from "./settings-error";

/** Where Terraform keeps what it created. */
export type Backend =
  /** Files beside the project, by a path that is the same on every machine. */
  { readonly kind: "local" } | { readonly kind: "s3"; readonly bucket: string; readonly keyPrefix: string; readonly region: string };

/** The processors nodes have, as the names of Amazon Linux images spell them. */
export type Architecture = "x86_64" | "ARM_64";

/** Everything about a deployment that can be chosen, checked and complete. */
export interface Settings {
  readonly region: string;
  readonly name: string;
  readonly vpcCidr: string;
  readonly azCount: number;
  readonly natMode: NatMode;
  readonly kubernetesVersion: string;
  readonly allowUnsupportedVersion: boolean;
  /** Absent: the most recent. */
  readonly vpcCniVersion?: string;
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
  /** Absent: whoever deploys. */
  readonly adminPrincipalArn?: string;
  readonly tags: Readonly<Record<string, string>>;
  readonly backend: Backend;
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

type Values = SettingValues<typeof settingTable>;
type Key = keyof typeof settingTable;
const keys = Object.keys(settingTable) as Key[];
const contextName = "context `netpol` of cdktf.json";

/** Reads, checks and freezes the settings. Throws one SettingsError for the first thing that is wrong. */
export function loadSettings({ context = {}, environment = {}, today = currentDay() }: SettingSources = {}): Settings {
  const fromContext = contextOf(context);
  refuseUnknown(fromContext, environment);
  const entries = keys.map((key) => [key, valueOf(key, fromContext, environment)] as const);
  const values = Object.fromEntries(entries) as Values;
  refuseConflicts(values);
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

function valueOf(key: Key, context: Readonly<Record<string, unknown>>, environment: Readonly<Record<string, string | undefined>>): unknown {
  const setting: Setting<unknown> = settingTable[key];
  const text = environment[environmentName(key)];
  if (text !== undefined && text !== "") return checkedValue(key, setting, `\`${environmentName(key)}\``, fromText(setting.form, text));
  return Object.hasOwn(context, key) ? checkedValue(key, setting, contextName, context[key]) : setting.default;
}

/** What no single setting can tell by itself. */
function refuseConflicts(values: Values): void {
  const { nodeMinSize, nodeDesiredSize, nodeMaxSize } = values;
  if (nodeMinSize > nodeMaxSize) throw conflict("nodeMinSize", nodeMinSize, `at most \`nodeMaxSize\`, which is ${nodeMaxSize}`);
  if (nodeDesiredSize < nodeMinSize || nodeDesiredSize > nodeMaxSize) {
    throw conflict("nodeDesiredSize", nodeDesiredSize, `from \`nodeMinSize\` ${nodeMinSize} to \`nodeMaxSize\` ${nodeMaxSize}`);
  }
  if (new Set(values.nodeInstanceTypes.map(architectureOf)).size > 1) {
    throw conflict("nodeInstanceTypes", values.nodeInstanceTypes.join(","), "types of one processor architecture, either Graviton or not");
  }
  refuseEndpointConflicts(values);
  if (values.stateBucket === undefined) refuseStateWithoutBucket(values);
}

function refuseEndpointConflicts({ endpointPrivateAccess, endpointPublicAccess, publicAccessCidrs }: Values): void {
  if (!endpointPrivateAccess && !endpointPublicAccess) {
    throw conflict("endpointPrivateAccess", false, "true, unless `endpointPublicAccess` is true: nodes need one of them");
  }
  if (endpointPublicAccess && publicAccessCidrs.length === 0) {
    throw conflict("publicAccessCidrs", [], "at least one CIDR when `endpointPublicAccess` is true, such as your own address with /32");
  }
  if (!endpointPublicAccess && publicAccessCidrs.length > 0) {
    throw conflict("publicAccessCidrs", publicAccessCidrs.join(","), "nothing unless `endpointPublicAccess` is true");
  }
}

function refuseStateWithoutBucket({ stateKeyPrefix, stateRegion }: Values): void {
  if (stateKeyPrefix !== undefined) throw conflict("stateKeyPrefix", stateKeyPrefix, "nothing unless `stateBucket` is set");
  if (stateRegion !== undefined) throw conflict("stateRegion", stateRegion, "nothing unless `stateBucket` is set");
}

/** Graviton families have a `g` behind their generation: m7g, c6gn, t4g. */
const architectureOf = (instanceType: string): Architecture => (/^[a-z]+\d+g/.test(instanceType) ? "ARM_64" : "x86_64");

function settingsFrom(values: Values, today: string): Settings {
  const { region, name, vpcCidr, azCount, natMode, kubernetesVersion, allowUnsupportedVersion, tags } = values;
  const { vpcCniVersion, adminPrincipalArn } = values;
  return {
    ...{ region, name, vpcCidr, azCount, natMode, kubernetesVersion, allowUnsupportedVersion, tags, today },
    ...(vpcCniVersion === undefined ? {} : { vpcCniVersion }),
    ...(adminPrincipalArn === undefined ? {} : { adminPrincipalArn }),
    nodes: nodesFrom(values),
    endpoint: {
      privateAccess: values.endpointPrivateAccess,
      publicAccess: values.endpointPublicAccess,
      publicAccessCidrs: values.publicAccessCidrs,
    },
    backend: backendFrom(values),
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

import type { Evaluation } from "../evaluation";
import { isUnknown, type Json, type Protocol, type Service, shown, type Workload } from "../model";
import type { LintContext } from "./rule";
import { selects } from "../selector";
import { quoted } from "./words";
import { workloadsByLabel } from "./workloads-by-label";
import { entriesAt, isObject, textAt, valueAt, type WrittenObject, writtenObjects } from "./written-objects";

/** A port of a workload that something which is no client of it has to reach. */
export interface CalledPort {
  readonly workload: Workload;
  /** The object that says so: "ValidatingWebhookConfiguration `policy`". */
  readonly by: string;
  readonly caller: "api-server" | "scraper";
  readonly protocol: Protocol;
  readonly port: number;
  /** Pods that could be the scraper: those that say they are Prometheus. Empty: it may be any pod. */
  readonly scrapers: readonly Workload[];
}

/** Every port that the objects of an input say will be called: webhooks, aggregated APIs, ServiceMonitors, and annotations for scraping. */
export function calledPorts(context: LintContext): readonly CalledPort[] {
  const scrapers = scrapersOf(context.evaluation);
  return [
    ...webhooks(context).map((each) => ({ ...each, caller: "api-server" as const, scrapers: [] })),
    ...[...monitored(context), ...annotated(context)].map((each) => ({
      ...each,
      caller: "scraper" as const,
      scrapers: scrapers.filter((scraper) => scraper !== each.workload),
    })),
  ];
}

type Called = Pick<CalledPort, "workload" | "by" | "protocol" | "port">;

function scrapersOf({ cluster }: Evaluation): readonly Workload[] {
  const isPrometheus = ({ labels }: Workload): boolean => labels["app.kubernetes.io/name"] === "prometheus" || labels.app === "prometheus";
  return cluster.workloads.filter(isPrometheus);
}

const titleOf = ({ ref }: WrittenObject): string => `${ref.kind} ${quoted(ref.name)}`;

function webhooks(context: LintContext): readonly Called[] {
  const configurations = writtenObjects(context, "ValidatingWebhookConfiguration", "MutatingWebhookConfiguration");
  const services = [
    ...configurations.flatMap((written) =>
      entriesAt(written.object, "webhooks").map((hook) => [written, valueAt(hook, "clientConfig", "service")] as const),
    ),
    ...writtenObjects(context, "APIService").map((written) => [written, valueAt(written.object, "spec", "service")] as const),
  ];
  const found = services.flatMap(([written, service]) => {
    const number = valueAt(service, "port") ?? 443;
    const object = findService(context.evaluation, textAt(service, "namespace"), textAt(service, "name"));
    return object === undefined || typeof number !== "number" ? [] : behind(context.evaluation, object, number, titleOf(written));
  });
  return distinct(found);
}

const findService = ({ cluster }: Evaluation, namespace: string | undefined, name: string | undefined): Service | undefined =>
  namespace === undefined || name === undefined
    ? undefined
    : cluster.services.find((each) => each.namespace === namespace && each.name === name);

/** The pods behind a port of a Service, by its number or name, with the port they are called on. */
function behind(evaluation: Evaluation, service: Service, port: number | string, by: string): readonly Called[] {
  const entry = service.ports.find(
    (each) => each.protocol === "TCP" && (typeof port === "string" ? each.name === port : each.port === port),
  );
  if (entry === undefined || isUnknown(entry.targetPort)) return [];
  const { targetPort } = entry;
  return workloadsByLabel(evaluation)
    .behind(service)
    .flatMap((workload) => onPort(workload, targetPort, by));
}

function onPort(workload: Workload, port: number | string, by: string): readonly Called[] {
  const number = typeof port === "number" ? port : workload.ports.find(({ name, protocol }) => name === port && protocol === "TCP")?.port;
  return typeof number === "number" && number >= 1 && number <= 65535 ? [{ workload, by, protocol: "TCP", port: number }] : [];
}

function monitored(context: LintContext): readonly Called[] {
  const { evaluation } = context;
  return writtenObjects(context, "ServiceMonitor").flatMap((written) => {
    const selector = labelsAt(valueAt(written.object, "spec", "selector", "matchLabels"));
    const ports = entriesAt(written.object, "spec", "endpoints").flatMap((endpoint) => textAt(endpoint, "port") ?? []);
    if (selector === undefined) return [];
    const services = writtenObjects(context, "Service").filter(
      (service) =>
        isIn(written, service) &&
        selects({ matchLabels: selector }, labelsAt(valueAt(service.object, "metadata", "labels")) ?? {}) === "yes",
    );
    const models = services.flatMap(({ ref }) => findService(evaluation, ref.namespace, ref.name) ?? []);
    return distinct(models.flatMap((service) => ports.flatMap((port) => behind(evaluation, service, port, titleOf(written)))));
  });
}

/** Whether a ServiceMonitor looks at the namespace of a Service. */
function isIn({ object, ref }: WrittenObject, service: WrittenObject): boolean {
  const selector = valueAt(object, "spec", "namespaceSelector");
  if (valueAt(selector, "any") === true) return true;
  const names = entriesAt(selector, "matchNames");
  return names.length === 0 ? ref.namespace === service.ref.namespace : names.includes(service.ref.namespace ?? "");
}

/** Known labels, as a selector asks for them; undefined when there are none. */
function labelsAt(value: Json | undefined): Readonly<Record<string, string>> | undefined {
  if (!isObject(value)) return undefined;
  const entries = Object.entries(value).filter((entry): entry is [string, string] => typeof entry[1] === "string");
  return entries.length === 0 ? undefined : Object.fromEntries(entries);
}

const templates: Readonly<Record<string, readonly string[]>> = {
  Pod: ["metadata"],
  Deployment: ["spec", "template", "metadata"],
  StatefulSet: ["spec", "template", "metadata"],
  DaemonSet: ["spec", "template", "metadata"],
};

/** Pods that ask to be scraped by annotation, as Prometheus is often set up to read them. */
function annotated(context: LintContext): readonly Called[] {
  const { cluster } = context.evaluation;
  const byName = new Map(cluster.workloads.map((workload) => [keyOf(workload), workload]));
  return writtenObjects(context, ...Object.keys(templates)).flatMap(({ object, ref }) => {
    const annotations = valueAt(object, ...(templates[ref.kind] ?? []), "annotations");
    const port = Number(textAt(annotations, "prometheus.io/port") ?? Number.NaN);
    const workload = byName.get(`${ref.kind} ${ref.namespace ?? ""}/${ref.name}`);
    if (textAt(annotations, "prometheus.io/scrape") !== "true" || workload === undefined || !Number.isInteger(port)) return [];
    return onPort(workload, port, "its annotation `prometheus.io/scrape`");
  });
}

const distinct = (found: readonly Called[]): readonly Called[] => [
  ...new Map(found.map((each) => [`${each.by} ${keyOf(each.workload)} ${String(each.port)}`, each])).values(),
];

const keyOf = ({ kind, namespace, name }: Workload): string => `${kind} ${shown(namespace)}/${shown(name)}`;

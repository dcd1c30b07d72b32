import { type Evaluation, IpSet } from "../../engine";
import { internet } from "../../engine/lint/internet";
import { isUnknown, type Service, type Workload, workloadName } from "../../engine/model";
import { backendsOf } from "../../engine/services/service-backends";
import { parseTarget } from "../ends";
import { Failure } from "../failure";
import { matchesPattern } from "../gate/pattern";
import { NamedEnds } from "./named-ends";

/** The ends that somebody wants to see. */
export interface Focus {
  readonly workloads: ReadonlySet<Workload>;
  /** Addresses outside, by the name they were given; empty: none were asked for. */
  readonly addresses: readonly { readonly name: string; readonly set: IpSet }[];
}

/** How a selection can be written, for help texts. */
export const focusForms =
  "a name such as shop/web, a pattern such as shop/*, a namespace, svc/shop/web, an address, a CIDR block or internet";

/** Finds what selections name. One that finds nothing, or is several without being a pattern, is a Failure. */
export function focusOn(evaluation: Evaluation, selections: readonly string[]): Focus {
  const ends = new NamedEnds(evaluation);
  const workloads = new Set<Workload>();
  const addresses: { readonly name: string; readonly set: IpSet }[] = [];
  for (const selection of selections) {
    const found = selected(evaluation, ends, selection);
    if ("addresses" in found) addresses.push({ name: selection, set: found.addresses });
    else found.workloads.forEach((each) => workloads.add(each));
  }
  return { workloads, addresses };
}

type Selected = { readonly workloads: readonly Workload[] } | { readonly addresses: IpSet };

function selected({ cluster }: Evaluation, ends: NamedEnds, selection: string): Selected {
  if (isPattern(selection)) return { workloads: likePattern(cluster.workloads, selection) };
  const { end, text, port } = parseTarget(selection);
  if (port !== undefined) throw new Failure(`\`--focus ${selection}\` has a port; name the end alone`);
  const inNamespace = cluster.workloads.filter(({ namespace }) => namespace === text);
  const found = inNamespace.length === 0 ? ends.find(end, text) : ends.findOptional(end, text);
  if (found === undefined) return { workloads: inNamespace };
  switch (found.kind) {
    case "internet":
      return { addresses: internet };
    case "block":
      return { addresses: IpSet.cidr(found.cidr) };
    case "service":
      return { workloads: behind(cluster.workloads, found.service, text) };
    case "endpoint":
      return found.endpoint.kind === "address"
        ? { addresses: IpSet.cidr(found.endpoint.address) }
        : { workloads: [found.endpoint.workload] };
  }
}

/** Whether a text is a pattern, and no name. */
export const isPattern = (text: string): boolean => /[*?{]/.test(text);

/** A pattern without a slash is about names, another about `namespace/name` or `namespace/Kind/name`. */
export function likePattern(workloads: readonly Workload[], pattern: string): readonly Workload[] {
  const found = workloads.filter(({ kind, namespace, name }) => {
    if (isUnknown(namespace) || isUnknown(name)) return false;
    const texts = pattern.includes("/") ? [`${namespace}/${name}`, `${namespace}/${kind}/${name}`] : [name];
    return texts.some((text) => matchesPattern(pattern, text));
  });
  if (found.length > 0) return found;
  const [example] = workloads;
  throw new Failure(
    `no workload is like \`${pattern}\`${example === undefined ? "" : `; there are ${String(workloads.length)}, such as \`${workloadName(example)}\``}`,
  );
}

function behind(workloads: readonly Workload[], service: Service, text: string): readonly Workload[] {
  const cluster = { namespaces: [], workloads, policies: [], clusterPolicies: [], services: [], nodes: [] };
  const found = service.ports.flatMap(({ targetPort, protocol }) => backendsOf(cluster, service, targetPort, protocol) ?? []);
  if (found.length > 0) return found.map(({ workload }) => workload);
  throw new Failure(`no workload is behind Service \`${text}\`, so there is nothing to show of it`);
}

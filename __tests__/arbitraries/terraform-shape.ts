/** Random NetworkPolicies in API shape, and all the ways Terraform writes one down: objects or lists, absent, null or zero. */
import fc from "fast-check";
import type { Json, JsonObject } from "../../inputs/objects";

interface ApiSelector {
  readonly matchLabels?: Readonly<Record<string, string>>;
  readonly matchExpressions?: readonly { readonly key: string; readonly operator: string; readonly values?: readonly string[] }[];
}
interface ApiPeer {
  readonly namespaceSelector?: ApiSelector;
  readonly podSelector?: ApiSelector;
  readonly ipBlock?: { readonly cidr: string; readonly except?: readonly string[] };
}
interface ApiPort {
  readonly port?: number | string;
  readonly endPort?: number;
  readonly protocol?: string;
}
interface ApiRule {
  readonly from?: readonly ApiPeer[];
  readonly to?: readonly ApiPeer[];
  readonly ports?: readonly ApiPort[];
}
export interface ApiPolicy {
  readonly apiVersion: "networking.k8s.io/v1";
  readonly kind: "NetworkPolicy";
  readonly metadata: { readonly name: string; readonly namespace?: string; readonly labels?: Readonly<Record<string, string>> };
  readonly spec: {
    readonly podSelector: ApiSelector;
    readonly policyTypes: readonly string[];
    readonly ingress?: readonly ApiRule[];
    readonly egress?: readonly ApiRule[];
  };
}

/** Terraform's strings are templates, so values that look like one belong in the draw. */
const text = fc.constantFrom("a", "web", "", "${a}", "$${a}", "%{if}", "$", "1", "true", "null");
const key = fc.constantFrom("app", "tier", "kubernetes.io/metadata.name", "dynamic", "//");
const name = fc.constantFrom("a", "web", "cost-${5}", "1");
const option = <T>(values: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> => fc.option(values, { nil: undefined });
const some = <T>(values: fc.Arbitrary<T>): fc.Arbitrary<T[]> => fc.array(values, { minLength: 1, maxLength: 3 });
const labels = fc.dictionary(key, text, { minKeys: 1, maxKeys: 2, noNullPrototype: true });

/** A record without the fields that were drawn undefined. */
const defined = <T extends object>(drawn: fc.Arbitrary<{ [K in keyof T]: T[K] | undefined }>): fc.Arbitrary<T> =>
  drawn.map((record) => Object.fromEntries(Object.entries(record).filter(([, value]) => value !== undefined)) as T);

const values = some(text).map((drawn) => [...new Set(drawn)].sort());
const requirement = defined<{ key: string; operator: string; values?: readonly string[] }>(
  fc.record({ key, operator: fc.constantFrom("In", "NotIn", "Exists", "DoesNotExist"), values: option(values) }),
);
const selector: fc.Arbitrary<ApiSelector> = defined(
  fc.record({ matchLabels: option(labels), matchExpressions: option(some(requirement)) }),
);
const cidr = fc.constantFrom("10.0.0.0/8", "0.0.0.0/0", "2001:db8::/32");
const ipBlock = defined<{ cidr: string; except?: readonly string[] }>(fc.record({ cidr, except: option(some(cidr)) }));
const peer: fc.Arbitrary<ApiPeer> = defined(
  fc.record({ namespaceSelector: option(selector), podSelector: option(selector), ipBlock: option(ipBlock) }),
);
const portNumber = fc.constantFrom(1, 80, 65535);
const port: fc.Arbitrary<ApiPort> = defined(
  fc.record({
    port: option(fc.oneof(portNumber, fc.constantFrom("http", "8o", "1 "))),
    endPort: option(portNumber),
    protocol: option(fc.constantFrom("TCP", "UDP", "SCTP")),
  }),
);
const rule = (peers: "from" | "to"): fc.Arbitrary<ApiRule> =>
  fc
    .record({ [peers]: option(some(peer)) })
    .chain((drawn) => defined<ApiRule>(fc.record({ from: fc.constant(drawn.from), to: fc.constant(drawn.to), ports: option(some(port)) })));
const spec: fc.Arbitrary<ApiPolicy["spec"]> = defined(
  fc.record({
    podSelector: selector,
    policyTypes: fc.subarray(["Ingress", "Egress"], { minLength: 1 }),
    ingress: option(some(rule("from"))),
    egress: option(some(rule("to"))),
  }),
);
const metadata: fc.Arbitrary<ApiPolicy["metadata"]> = defined(fc.record({ name, namespace: option(name), labels: option(labels) }));

/** A NetworkPolicy in API shape with no empty lists in it, as the reader returns it. */
export const anyApiPolicy: fc.Arbitrary<ApiPolicy> = fc.record({
  apiVersion: fc.constant("networking.k8s.io/v1" as const),
  kind: fc.constant("NetworkPolicy" as const),
  metadata,
  spec,
});

/** Draws one of the ways to write the next thing down. */
export type Pick = <T>(...ways: readonly T[]) => T;

/** An endless stream of choices; shrinks to always the first way. */
export const anyPick: fc.Arbitrary<() => Pick> = fc.array(fc.nat(11), { maxLength: 40 }).map((choices) => () => {
  let next = 0;
  return (...ways) => ways[(choices[next++ % Math.max(choices.length, 1)] ?? 0) % ways.length] as (typeof ways)[number];
});

/** Writes the arguments of a `kubernetes_network_policy_v1`. `escape` turns a string into a template that yields it. */
export function terraformShape(policy: ApiPolicy, pick: Pick, escape: (text: string) => string = (each) => each): JsonObject {
  const write = new ShapeWriter(pick, escape);
  return { metadata: write.metadata(policy.metadata), spec: write.spec(policy.spec) };
}

class ShapeWriter {
  constructor(
    private readonly pick: Pick,
    private readonly escape: (text: string) => string,
  ) {}

  metadata({ name: own, namespace, labels: owned }: ApiPolicy["metadata"]): Json {
    return this.block({ name: this.escape(own), namespace: this.text(namespace), labels: this.map(owned), generate_name: this.unset("") });
  }

  spec({ podSelector, policyTypes, ingress, egress }: ApiPolicy["spec"]): Json {
    return this.block({
      pod_selector: this.selector(podSelector),
      policy_types: policyTypes,
      ingress: this.list(ingress, (each) => this.rule(each, "from")),
      egress: this.list(egress, (each) => this.rule(each, "to")),
    });
  }

  private rule(each: ApiRule, peers: "from" | "to"): Json {
    if (Object.keys(each).length === 0) return this.pick<Json>({}, null, { [peers]: [], ports: [] }, { [peers]: null });
    return { [peers]: this.list(each[peers], (one) => this.peer(one)), ports: this.list(each.ports, (one) => this.port(one)) };
  }

  private peer({ namespaceSelector, podSelector, ipBlock: block }: ApiPeer): Json {
    const except = block?.except;
    return {
      namespace_selector: namespaceSelector === undefined ? this.absentBlock() : this.selector(namespaceSelector),
      pod_selector: podSelector === undefined ? this.absentBlock() : this.selector(podSelector),
      ip_block: block === undefined ? this.absentBlock() : this.block({ cidr: block.cidr, except: except ?? this.unset([]) }),
    };
  }

  private selector({ matchLabels, matchExpressions }: ApiSelector): Json {
    if (matchLabels === undefined && matchExpressions === undefined && this.pick(true, false)) return this.pick<Json>({}, [{}], [null]);
    const expressions = this.list(matchExpressions, (each) => ({
      key: this.escape(each.key),
      operator: each.operator,
      values: each.values === undefined ? this.unset([]) : this.shuffled(each.values).map(this.escape),
    }));
    return this.block({ match_labels: this.map(matchLabels), match_expressions: expressions });
  }

  private port({ port: own, endPort, protocol }: ApiPort): Json {
    const number = typeof own === "number" ? this.pick<Json>(String(own), `0${own}`, `+${own}`, own) : own;
    return {
      port: number ?? this.unset(""),
      end_port: endPort === undefined ? this.unset(0) : this.pick<Json>(endPort, String(endPort)),
      protocol: protocol ?? this.unset(""),
    };
  }

  /** A set has no order and may repeat itself in a configuration. */
  private shuffled(of: readonly string[]): readonly string[] {
    return this.pick(of, [...of].reverse(), [...of, ...of]);
  }

  private map(of: Readonly<Record<string, string>> | undefined): Json | undefined {
    if (of === undefined) return this.unset({});
    return Object.fromEntries(Object.entries(of).map(([each, value]) => [each, this.escape(value)]));
  }

  private list<T>(of: readonly T[] | undefined, write: (each: T) => Json): Json | undefined {
    if (of === undefined) return this.absentBlock();
    const written = of.map(write);
    return written.length === 1 && written[0] !== null ? this.pick<Json>(written, written[0] as Json) : written;
  }

  private text(of: string | undefined): Json | undefined {
    return of === undefined ? this.unset("") : this.escape(of);
  }

  private readonly block = (of: Readonly<Record<string, Json | undefined>>): Json => this.pick<Json>(of, [of]);

  private readonly unset = (zero: Json): Json | undefined => this.pick<Json | undefined>(undefined, null, zero);

  private readonly absentBlock = (): Json | undefined => this.pick<Json | undefined>(undefined, [], null);
}

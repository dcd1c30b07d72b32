import { LabelIndex, type Labelled } from "./label-index";
import { type Cluster, isUnknown, type LabelSelector, unknown, type Value } from "../model";
import { selects, type Ternary } from "../selector";

/** The API server sets this label on every namespace, to its name. */
const nameLabel = "kubernetes.io/metadata.name";

/** Finds the namespaces that selectors select. */
export class NamespaceIndex {
  private readonly described: ReadonlyMap<string, Labelled>;
  private readonly names: readonly string[];
  private readonly labelled: readonly Labelled[];
  private index: LabelIndex | undefined;
  private readonly answers = new Map<string, ReadonlyMap<string, Ternary>>();

  /** `used` are the namespaces that pods are in; one that is nowhere described may have any labels beside the name every namespace carries. */
  constructor(cluster: Cluster, used: Iterable<string>) {
    const described = new Map<string, Labelled>();
    for (const name of used)
      described.set(name, { labels: { [nameLabel]: name }, unknownLabels: unknown(`the labels of namespace \`${name}\``) });
    for (const namespace of cluster.namespaces) if (!isUnknown(namespace.name)) described.set(namespace.name, namespace);
    this.described = described;
    this.names = [...described.keys()];
    this.labelled = [...described.values()];
  }

  get count(): number {
    return this.names.length;
  }

  /** The namespaces a selector selects or may select; the others are left out. */
  selected(selector: LabelSelector): ReadonlyMap<string, Ternary> {
    const key = JSON.stringify(selector);
    const known = this.answers.get(key);
    if (known !== undefined) return known;
    const answers = new Map<string, Ternary>();
    this.index ??= new LabelIndex(this.labelled);
    for (const place of this.index.candidates(selector)) {
      const { labels, unknownLabels } = this.labelled[place] as Labelled;
      const answer = selects(selector, labels, unknownLabels);
      if (answer !== "no") answers.set(this.names[place] as string, answer);
    }
    this.answers.set(key, answers);
    return answers;
  }

  /** Whether a selector selects a namespace, known or not. */
  selects(selector: LabelSelector, namespace: Value<string>): Ternary {
    if (isUnknown(namespace)) return selects(selector, {}, namespace);
    const { labels, unknownLabels } = this.described.get(namespace) ?? { labels: {} };
    return selects(selector, labels, unknownLabels);
  }
}

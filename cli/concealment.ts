import { addressForms, type SensitiveValue, type Snapshot } from "../inputs";

/** Takes what must not be shown out of plain data. */
export type Concealment = <T>(data: T) => T;

const mask = "(sensitive)";

/** Fields whose words are the report's own, or lead to a place in the input. */
const ownFields: ReadonlySet<string> = new Set([
  "actions",
  "category",
  "certain",
  "code",
  "decision",
  "direction",
  "effect",
  "fingerprint",
  "format",
  "helpUri",
  "kind",
  "location",
  "outcome",
  "protocol",
  "result",
  "severity",
  "state",
  "status",
  "type",
  "workloadKind",
]);

/**
 * Takes the values that Terraform marks sensitive out of a report: wherever the text stands as a word, and of blocks of addresses whatever they can
 * be told from. A text that is also the name of an object stays a name, and is hidden where it is the value of a label.
 */
export function concealment(snapshots: readonly Snapshot[]): Concealment {
  const objects = snapshots.flatMap((each) => each.objects);
  const values = objects.flatMap(({ sensitive = [] }) => sensitive);
  if (values.length === 0) return (data) => data;
  const names = publicNames(objects, values);
  const texts = new Set(values.map(({ text }) => text));
  const hidden = pattern(texts, names);
  const labels = new Set([...texts].filter((text) => names.has(text)));
  return (data) => concealed(data, { hide: (text) => text.replaceAll(hidden, mask), labels }) as typeof data;
}

function publicNames(objects: Snapshot["objects"], values: readonly SensitiveValue[]): ReadonlySet<string> {
  const secret = new Set(values.flatMap(({ text, isName }) => (isName ? [text] : [])));
  const names = objects.flatMap(({ object: { metadata } }) => {
    const { name, namespace } = (metadata ?? {}) as { readonly name?: unknown; readonly namespace?: unknown };
    return [name, namespace].filter((each): each is string => typeof each === "string");
  });
  return new Set(names.filter((name) => !secret.has(name)));
}

/** Longer texts first: one may be the beginning of another. */
function pattern(texts: ReadonlySet<string>, names: ReadonlySet<string>): RegExp {
  const words: string[] = [];
  const addresses: string[] = [];
  for (const text of texts) {
    const forms = addressForms(text);
    if (forms.length > 0) addresses.push(...forms, text);
    else if (names.has(text)) words.push(`(?<==|\\bin \\([^)]*?|\\n\\s+(?!name|namespace)[\\w./-]+: "?)${escaped(text)}`);
    else words.push(`(?<![\\w.-])${escaped(text)}`);
  }
  const word = words.map((each) => `${each}(?![\\w-]|\\.\\w)`);
  const address = addresses
    .toSorted((a, b) => b.length - a.length)
    .map((each) => `(?<![\\w.]|[\\da-f]:)${escaped(each)}${each.includes("/") ? "(?!\\d)" : "(?:/\\d+)?(?![\\w]|\\.\\d)"}`);
  return new RegExp([...word.toSorted((a, b) => b.length - a.length), ...address].join("|"), "gu");
}

const escaped = (text: string): string => text.replace(/[\\^$.*+?()[\]{}|/]/g, "\\$&");

interface Hiding {
  readonly hide: (text: string) => string;
  /** Names that are values of labels as well. */
  readonly labels: ReadonlySet<string>;
}

/** Plain data with other texts: lists and objects, and nothing that has a class. */
function concealed(data: unknown, hiding: Hiding, isLabel = false): unknown {
  if (typeof data === "string") return isLabel && hiding.labels.has(data) ? mask : hiding.hide(data);
  if (Array.isArray(data)) return data.map((each) => concealed(each, hiding, isLabel));
  if (typeof data !== "object" || data === null || Object.getPrototypeOf(data) !== Object.prototype) return data;
  return Object.fromEntries(
    Object.entries(data).map(([key, value]) => [
      key,
      ownFields.has(key) && typeof value === "string"
        ? value
        : key === "location"
          ? (value as unknown)
          : concealed(value, hiding, isLabel || labelFields.has(key)),
    ]),
  );
}

const labelFields: ReadonlySet<string> = new Set(["labels", "matchLabels", "values"]);

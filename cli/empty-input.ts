import type { Analysis } from "./analysis";

/** So many kinds are named; the rest is counted. */
const kindsNamed = 5;

/**
 * The error about an input that nothing can be said of: it holds no object at all, or none of a kind that is modelled.
 *
 * @param consequence what follows, to be read after the reason: `so nothing was checked`.
 */
export function emptyInput({ unmodelled }: Pick<Analysis, "unmodelled">, consequence: string): string {
  const named = unmodelled.slice(0, kindsNamed).map((kind) => `\`${kind}\``);
  const rest = unmodelled.length - named.length;
  const kinds = [...named, ...(rest > 0 ? [`${String(rest)} more`] : [])].join(", ");
  const reason = unmodelled.length === 0 ? "no Kubernetes object" : `only kinds that say nothing here or are not modelled (${kinds})`;
  const way = unmodelled.length === 0 ? "correct it" : "add the workloads and policies of the cluster";
  return `error: the input holds ${reason}, ${consequence}; ${way}, or say \`--allow-empty\`\n`;
}

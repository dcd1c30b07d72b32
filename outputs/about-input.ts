import { grouped } from "../engine/grouped";
import type { ReportBase } from "../engine/report";
import { place } from "./reasons";
import { listed, withPlace } from "./sentences";

/** So many places, and so many variants of a statement, are named; the rest is counted. */
const placesNamed = 3;
const variantsNamed = 8;

/** One thing to know about an input. */
interface Statement {
  readonly text: string;
  readonly at: string;
}

/**
 * What the reader must know about the inputs, one line each: what is missing, what cannot be seen, what is noted, what is not known. Statements
 * that differ only in the first name they quote are one line.
 */
export function aboutInput({ inputs, notes, unknowns }: Pick<ReportBase, "inputs" | "notes" | "unknowns">): readonly string[] {
  const statements = [
    ...inputs.flatMap(({ name, incomplete }) => incomplete.map((because) => ({ text: `${name} is incomplete: ${because}`, at: "" }))),
    ...inputs.flatMap(({ opaque }) => opaque.map(({ location, because }) => ({ text: `cannot be seen: ${because}`, at: place(location) }))),
    ...notes.map(({ severity, message, location }) => ({ text: `${severity}: ${message}`, at: place(location) })),
    ...unknowns.map((each) => ({ text: `${unknownSince(each, inputs)}: ${each.because}`, at: place(each.location) })),
  ];
  return [...grouped(statements, ({ text }) => text.replace(quotedName, "``")).values()].map(groupText);
}

const terraformKinds: ReadonlySet<string> = new Set(["plan", "cdktf", "terraform-json"]);

/** Only what Terraform has yet to create becomes known by an apply; nothing is applied to manifests or a live cluster. */
function unknownSince({ location }: ReportBase["unknowns"][number], inputs: ReportBase["inputs"]): string {
  const isTerraform = ({ kind }: ReportBase["inputs"][number]): boolean => terraformKinds.has(kind);
  const isResource = location?.address !== undefined || location?.constructPath !== undefined;
  const isPlanned = location === undefined ? inputs.length > 0 && inputs.every(isTerraform) : isResource && inputs.some(isTerraform);
  return isPlanned ? "not known before apply" : "not known";
}

/** The first name that a message quotes. */
const quotedName = /`[^`]*`/;

/** The first statement in full; of the others what they say of something else, and where. */
function groupText(group: readonly Statement[]): string {
  const variants = [...grouped(group, ({ text }) => text)];
  const [first, ...others] = variants.map(([text, same]) => ({ text, at: placesText(same) }));
  if (first === undefined) return "";
  const head = withPlace(first.text, first.at);
  const likewise = others
    .slice(0, variantsNamed)
    .map(({ text, at }) => withPlace(quotedName.exec(text)?.[0] ?? text, at === first.at ? "" : at));
  const rest = others.length - likewise.length;
  const more = [...likewise, ...(rest > 0 ? [`${String(rest)} more`] : [])];
  return more.length === 0 ? head : `${head}; likewise ${listed(more)}`;
}

function placesText(statements: readonly Statement[]): string {
  const places = [...new Set(statements.map(({ at }) => at))].filter((at) => at !== "");
  const rest = places.length - placesNamed;
  return rest > 1 ? `${places.slice(0, placesNamed).join(", ")} and ${String(rest)} more` : listed(places);
}

import type { Location } from "../../engine/model";
import { elementOffsets, offsetOfPath, type RepeatedKey, repeatedKey } from "../json-positions";
import type { ReadManifests } from "../manifests";
import type { Json, JsonObject, LocatedObject, Problem } from "../objects";
import { excerpt } from "../terraform/json-text";
import { pointerToken } from "../terraform/stack";
import { isJsonList } from "../validation/json";
import { meansKubernetes, skippedDocuments } from "./kubernetes-document";
import { LineIndex } from "./line-index";
import { listItems, type ListItem } from "./list-items";
import { cutLists } from "./whole-input";

/**
 * The objects of a JSON text: one, a list as the API server writes it, or a plain list. A text with a key twice is refused as a whole, as YAML
 * is: which of the two is meant nobody knows, and `kubectl` refuses it as well.
 */
export function readJsonManifests(file: string, text: string, root: Json): ReadManifests {
  const repeated = repeatedKey(text);
  if (repeated !== undefined) return { objects: [], suppressions: [], incomplete: [], problems: [keyTwice(file, text, repeated)] };
  const positions = new JsonPositions(file, text);
  const items: readonly (ListItem | Json)[] = isJsonList(root) ? root : [root];
  const objects: LocatedObject[] = [];
  const incomplete: string[] = [];
  const skipped: Location[] = [];
  items.forEach((item, index) => {
    const path = isJsonList(root) ? [String(index)] : [];
    if (!meansKubernetes(item as Json)) {
      skipped.push(positions.at(path));
      return;
    }
    incomplete.push(...cutLists(file, item as JsonObject));
    for (const { object, path: inner } of listItems(item as JsonObject, path)) objects.push({ object, location: positions.at(inner) });
  });
  return { objects, suppressions: [], incomplete, problems: skippedDocuments(file, skipped) };
}

function keyTwice(file: string, text: string, { key, first, second }: RepeatedKey): Problem {
  const lines = new LineIndex(text);
  const [before, position] = [lines.at(first), lines.at(second)];
  const message = `\`${file}\` has the key \`${key}\` twice in one object, at line ${before.line}, column ${before.column} and at line ${position.line}, column ${position.column}: keep one of them\n${excerpt(text, position)}`;
  return { severity: "error", message, location: { file, ...position } };
}

/** Places in a JSON text. The elements of a list are found together, as a cluster's list may have thousands. */
class JsonPositions {
  private readonly lines: LineIndex;
  private readonly elements = new Map<string, readonly number[]>();

  constructor(
    private readonly file: string,
    private readonly text: string,
  ) {
    this.lines = new LineIndex(text);
  }

  at(path: readonly string[]): Location {
    const pointer = path.map((name) => `/${pointerToken(name)}`).join("");
    return { file: this.file, ...this.lines.at(this.offset(path)), pointer };
  }

  private offset(path: readonly string[]): number {
    const list = path.slice(0, -1);
    const index = path.at(-1);
    if (index === undefined) return offsetOfPath(this.text, path);
    const key = list.join("/");
    const offsets = this.elements.get(key) ?? elementOffsets(this.text, list);
    this.elements.set(key, offsets);
    return offsets[Number(index)] ?? 0;
  }
}

import type { FieldEdit } from "../../../engine/lint";
import type { Json, JsonObject, LocatedObject } from "../../../inputs/objects";

type Step = string | number;

/** `spec.ingress[0].from[1]` as steps. Keys with dots do not occur in the fields that fixes change. */
const stepsOf = (field: string): readonly Step[] =>
  [...field.matchAll(/([^.[\]]+)|\[(\d+)\]/g)].map(([, name, index]) => (index === undefined ? (name ?? "") : Number(index)));

/** The objects after some edits. Later entries of a list go first, so that no edit moves what another one means. */
export function applied(objects: readonly LocatedObject[], edits: readonly FieldEdit[]): readonly LocatedObject[] {
  const inOrder = edits.toSorted((a, b) => compare(stepsOf(b.field), stepsOf(a.field)));
  return objects.map(({ object, location }) => {
    const mine = inOrder.filter((edit) => isOf(edit, object));
    return { location, object: mine.reduce<Json>((value, edit) => edited(value, stepsOf(edit.field), edit), object) as JsonObject };
  });
}

const isOf = ({ object: { kind, namespace, name } }: FieldEdit, object: JsonObject): boolean => {
  const metadata = object.metadata as JsonObject;
  return object.kind === kind && metadata.name === name && (metadata.namespace ?? "default") === (namespace ?? "default");
};

function compare(one: readonly Step[], other: readonly Step[]): number {
  for (const [at, step] of one.entries()) {
    const second = other[at];
    if (second === undefined) return 1;
    if (step === second) continue;
    return typeof step === "number" && typeof second === "number" ? step - second : String(step) < String(second) ? -1 : 1;
  }
  return one.length - other.length;
}

function edited(value: Json, [step, ...rest]: readonly Step[], edit: FieldEdit): Json {
  if (typeof step === "number") {
    const list = value as readonly Json[];
    if (rest.length === 0 && edit.kind === "remove") return list.filter((_, index) => index !== step);
    return list.map((each, index) => (index === step ? changed(each, rest, edit) : each));
  }
  const { [step ?? ""]: before, ...others } = value as JsonObject;
  if (rest.length === 0 && edit.kind === "remove") return others;
  return { ...others, [step ?? ""]: changed(before ?? null, rest, edit) };
}

const changed = (value: Json, rest: readonly Step[], edit: FieldEdit): Json =>
  rest.length > 0 ? edited(value, rest, edit) : edit.kind === "set" ? edit.value : value;

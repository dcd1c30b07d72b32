import { editDistance } from "../../engine/lint/closest-name";
import { Failure } from "../failure";

/** Of many names, so many are mentioned. */
const mentioned = 5;

/** The error about a name that is not there: the names that are closest to it, and how many there are. */
export function unknownName(what: string, name: string, names: readonly string[]): Failure {
  const distinct = [...new Set(names)];
  if (distinct.length === 0) return new Failure(`${what} \`${name}\` is not there; the input holds none`);
  const nearest = distinct
    .map((each) => ({ each, distance: nameDistance(name, each) }))
    .sort((a, b) => a.distance - b.distance || (a.each < b.each ? -1 : 1))
    .slice(0, mentioned)
    .map(({ each }) => `\`${each}\``);
  const rest = distinct.length - nearest.length;
  return new Failure(
    `${what} \`${name}\` is not there; ${rest > 0 ? `the closest of ${String(distinct.length)} are` : distinct.length === 1 ? "there is only" : "there are"} ${nearest.join(", ")}`,
  );
}

/** Somebody who leaves out the namespace, or has it wrong, has the name right: the parts count each for itself as well. */
function nameDistance(name: string, other: string): number {
  const whole = editDistance(name, other);
  const [last, otherLast] = [name.split("/").at(-1) ?? "", other.split("/").at(-1) ?? ""];
  return Math.min(whole, editDistance(last, otherLast) + 0.5);
}

import type { TerraformElement } from "cdktf";

/** A finding that is accepted for now. */
export interface Suppression {
  /** The rule's code, such as NP201. */
  readonly id: string;
  /** Why it is acceptable, in at least ten characters. */
  readonly reason: string;
  /** The day it is looked at again, as in 2027-03-31. From that day on the finding is back. */
  readonly expires: string;
}

/** A suppression that cannot be used: which part, on which construct, and what is allowed. */
export class SuppressionError extends Error {
  override readonly name = "SuppressionError";
}

const metadataKey = "netpol:suppress";
const shortestReason = 10;

/**
 * Accepts findings of one rule about one resource, by a list under `"//".netpol.suppress` of its JSON, which goes into plan checks with it.
 * Several calls add up. Throws a SuppressionError for a suppression that says too little.
 */
export function suppress(construct: TerraformElement, { id, reason, expires }: Suppression): void {
  refuseUnless(/^[A-Z]{2,4}\d{3}$/.test(id), construct, "id", id, "the code of a rule, such as NP201");
  refuseUnless(reason.trim().length >= shortestReason, construct, "reason", reason, `a text of at least ${shortestReason} characters`);
  refuseUnless(isDay(expires), construct, "expires", expires, "a day of the calendar, such as 2027-03-31");
  construct.node.addMetadata(metadataKey, { id, reason: reason.trim(), expires });
  const all = construct.node.metadata.filter(({ type }) => type === metadataKey).map(({ data }) => data as Suppression);
  construct.addOverride("//.netpol.suppress", all);
}

function refuseUnless(holds: boolean, { node }: TerraformElement, part: keyof Suppression, value: string, allowed: string): void {
  if (!holds) throw new SuppressionError(`\`${part}\` of a suppression on \`${node.path}\` is \`${value}\`: allowed is ${allowed}`);
}

/** Date.parse takes 2027-02-30 for the second of March; its own text gives that away. */
const isDay = (text: string): boolean =>
  /^\d{4}-\d{2}-\d{2}$/.test(text) && !Number.isNaN(Date.parse(text)) && new Date(text).toISOString().startsWith(text);

import type { StackName } from "../synthesized";

/** JSON that may be written to, to see a rule fail. */
export type Block = Record<string, unknown>;

/** One stack's cdk.tf.json. */
export interface Json {
  resource: Record<string, Record<string, Block> | undefined>;
  data?: Record<string, Record<string, Block> | undefined>;
}

/** What a scanner demands of one synthesized stack, written by its published description. Scanners look at one stack at a time. */
export interface ScannerRule {
  readonly id: string;
  readonly scanner: "checkov" | "trivy" | "CIS EKS 1.7";
  readonly demands: string;
  readonly holds: (json: Json) => boolean;
  /** The stack in which it can be broken. */
  readonly stack: StackName;
  /** Breaks it there, by one edit of the kind the rule is meant to find. */
  readonly weaken: (json: Json) => void;
}

type Scanner = ScannerRule["scanner"];
type Table = readonly (readonly [
  id: string,
  demands: string,
  holds: ScannerRule["holds"],
  stack: StackName,
  weaken: ScannerRule["weaken"],
])[];

/** Rules of one scanner, from rows. */
export const rulesOf = (scanner: Scanner, table: Table): ScannerRule[] =>
  table.map(([id, demands, holds, stack, weaken]) => ({ scanner, id, demands, holds, stack, weaken }));

/** Every block of these types. */
export const all = (json: Json, ...types: readonly string[]): Block[] => types.flatMap((type) => Object.values(json.resource[type] ?? {}));

/** Whether each block of a type satisfies a condition; a stack without any has nothing to be found. */
export const each =
  (type: string, condition: (block: Block, json: Json) => boolean): ScannerRule["holds"] =>
  (json) =>
    all(json, type).every((block) => condition(block, json));

/** Whether several demands hold. */
export const both =
  (...demands: readonly ScannerRule["holds"][]): ScannerRule["holds"] =>
  (json) =>
    demands.every((holds) => holds(json));

/** Whether the stack has none of a kind of resource that a condition speaks of. */
export const none = (type: string, condition: (block: Block) => boolean): ScannerRule["holds"] => each(type, (block) => !condition(block));

/** What lies at a path such as `vpc_config.endpoint_public_access`; through a list, at its first element. */
export function at(value: unknown, path: string): unknown {
  return path.split(".").reduce<unknown>((current, key) => {
    const inside: unknown = Array.isArray(current) ? current[0] : current;
    return typeof inside === "object" && inside !== null ? (inside as Block)[key] : undefined;
  }, value);
}

/** A list at a path; a missing one is empty, a single block is a list of one. */
export const listAt = (value: unknown, path: string): unknown[] => {
  const found = at(value, path);
  return found === undefined ? [] : Array.isArray(found) ? found : [found];
};

/** Writes a value at a path of the first block of a type, or removes what is there. */
export const set =
  (type: string, path: string, value: unknown): ScannerRule["weaken"] =>
  (json) => {
    const [block] = all(json, type);
    if (block === undefined) throw new Error(`no \`${type}\` to weaken`);
    const keys = path.split(".");
    const last = keys.pop() as string;
    const holder = keys.length === 0 ? block : at(block, keys.join("."));
    const target = (Array.isArray(holder) ? holder[0] : holder) as Block;
    if (value === undefined) Reflect.deleteProperty(target, last);
    else target[last] = value;
  };

/** Adds a resource the stack should not have. */
export const add =
  (type: string, block: Block): ScannerRule["weaken"] =>
  (json) => {
    json.resource[type] = { ...json.resource[type], weak: block };
  };

/** Removes every resource of a type. */
export const drop =
  (type: string): ScannerRule["weaken"] =>
  (json) => {
    Reflect.deleteProperty(json.resource, type);
  };

/** One statement of a policy document. */
export interface Statement {
  readonly Effect: string;
  readonly Principal?: string | Record<string, string | string[]>;
  readonly Action: string | string[];
  readonly Resource?: string | string[];
  readonly Condition?: unknown;
}

const listed = (value: string | string[] | undefined): string[] => (value === undefined ? [] : Array.isArray(value) ? value : [value]);
export const actionsOf = ({ Action }: Statement): string[] => listed(Action);
export const resourcesOf = ({ Resource }: Statement): string[] => listed(Resource);
export const principalsOf = ({ Principal }: Statement): string[] =>
  typeof Principal === "string" ? [Principal] : Object.values(Principal ?? {}).flatMap(listed);

/** The statements of a document; quotes inside `${…}` are Terraform's, and end no text of JSON. */
export function statementsOf(document: unknown): Statement[] {
  const text = String(document).replace(/\$\{[^}]*\}/g, (reference) => reference.replaceAll('"', "'"));
  return (JSON.parse(text) as { Statement: Statement[] }).Statement;
}

/** Every statement of a type's policy documents. */
export const statements = (json: Json, type: string, key: string): Statement[] =>
  all(json, type).flatMap((block) => statementsOf(block[key]));

/** A policy document of one statement. */
export const document = (statement: Partial<Statement>): string =>
  JSON.stringify({ Version: "2012-10-17", Statement: [{ Effect: "Allow", ...statement }] });

import { unknown, type Location, type Unknown } from "../../engine/model";
import type { Json, Problem } from "../objects";
import type { Declaration, Stack } from "./stack";
import type { FolderVariables } from "./variable-files";

/** Everything that is shared while one input is resolved. */
export interface World {
  readonly stacks: readonly Stack[];
  /** Reports a problem once, however often the place is evaluated. */
  readonly report: (problem: Problem) => void;
  /** Takes from a budget that bounds values which multiply through references; false once it is spent. */
  readonly spend: (amount: number) => boolean;
  /** Values of variables from outside, by name, as text; they win over defaults. */
  readonly variables: ReadonlyMap<string, string>;
  /** Values of variables from files, for the configuration in each folder; they win over `variables`. */
  readonly folderVariables: FolderVariables;
}

/** Where an expression stands and what it can see. */
export interface Scope {
  readonly world: World;
  readonly stack: Stack;
  /** What the expression belongs to, for messages: an address, and the stack when it is another one's. */
  readonly owner: string;
  readonly location: Location;
  /** `each`, `count` and the iterators of dynamic blocks. */
  readonly bindings: ReadonlyMap<string, Json>;
  /** The references being followed, outermost first: a repetition is a cycle. */
  readonly trail: readonly string[];
  /** Collects the addresses of the blocks that are referred to directly. */
  readonly references?: Set<string>;
}

/** The scope of a declaration that a reference leads to. */
export const enter = (scope: Scope, stack: Stack, declaration: Declaration, bindings: Scope["bindings"], step: string): Scope => ({
  world: scope.world,
  stack,
  owner: stack === scope.stack ? declaration.address : `${declaration.address} of stack ${stack.name}`,
  location: { file: declaration.file, pointer: declaration.pointer, address: declaration.address },
  bindings,
  trail: [...scope.trail, step],
});

/** A scope that sees one more binding. */
export const bind = (scope: Scope, name: string, value: Json): Scope => ({
  ...scope,
  bindings: new Map([...scope.bindings, [name, value]]),
});

/** Why a value is missing, when nothing more can be said than what Terraform will do. */
export const afterApply: Unknown = unknown("known only after apply");
export const notEvaluated: Unknown = unknown("needs Terraform to evaluate it");
export const tooLarge: Unknown = unknown("the configuration multiplies beyond what is read");

/** Reports something that Terraform would refuse. */
export function refuse(scope: Scope, message: string, pointer?: string): void {
  scope.world.report({ severity: "error", message, location: { ...scope.location, ...(pointer === undefined ? {} : { pointer }) } });
}

import { parseAllDocuments } from "yaml";
import { evaluate, type Evaluation } from "../../../engine/evaluation";
import { lint, type LintContext, type LintResult, lintRules, runRules } from "../../../engine/lint";
import type { PlannedChange } from "../../../engine/model";
import { toCluster } from "../../../inputs/kubernetes";
import type { JsonObject, LocatedObject } from "../../../inputs/objects";

/** What a test says about an input, as YAML. */
export interface Texts {
  readonly after: string;
  /** What was there before. @default no before */
  readonly before?: string;
  /** A list of planned changes; places may be left out. @default none */
  readonly plan?: string;
}

/** The objects of a YAML stream, each with its document's number as its line. */
export function objectsOf(text: string, file = "input.yaml"): readonly LocatedObject[] {
  return parseAllDocuments(text).flatMap((document, index) => {
    expect(document.errors).toEqual([]);
    const object = document.toJS() as JsonObject | null;
    return object === null ? [] : [{ object, location: { file, line: index + 1 } }];
  });
}

/** The cluster of a YAML stream. What the readers have against it does not matter: some rules are about objects that are refused. */
export const evaluated = (objects: readonly LocatedObject[]): Evaluation => evaluate(toCluster(objects).value);

/** The context that a YAML stream makes. */
export function contextOf(texts: string | Texts): LintContext {
  const { after, before, plan = "" } = typeof texts === "string" ? { after: texts } : texts;
  const objects = objectsOf(after);
  const changes = (parseAllDocuments(plan)[0]?.toJS() ?? []) as readonly Omit<PlannedChange, "location">[];
  return {
    evaluation: evaluated(objects),
    ...(before === undefined ? {} : { before: evaluated(objectsOf(before, "before.yaml")) }),
    changes: changes.map((change) => ({ ...change, location: { address: change.address } })),
    objects,
  };
}

/** What one rule finds. */
export function findings(code: string, texts: string | Texts): readonly LintResult[] {
  const rule = lintRules.find((each) => each.code === code);
  if (rule === undefined) throw new Error(`no rule \`${code}\``);
  return runRules([rule], contextOf(texts)).results;
}

/** What all rules find. */
export const allFindings = (texts: string | Texts): readonly LintResult[] => lint(contextOf(texts)).results;

/** A pod in one line of YAML, with ports as `name TCP 80`. */
export function pod(
  namespace: string,
  name: string,
  labels: Record<string, string> = { app: name },
  ports: readonly string[] = [],
): string {
  const containerPorts = ports.map((port) => {
    const [portName, protocol, number] = port.split(" ");
    return { name: portName, protocol, containerPort: Number(number) };
  });
  const spec = { containers: [{ name, image: "nginx", ports: containerPorts }] };
  return `${JSON.stringify({ apiVersion: "v1", kind: "Pod", metadata: { namespace, name, labels }, spec })}\n---\n`;
}

/** A namespace in one line of YAML. */
export const namespace = (name: string, labels: Record<string, string> = {}): string =>
  `${JSON.stringify({ apiVersion: "v1", kind: "Namespace", metadata: { name, labels } })}\n---\n`;

/** A NetworkPolicy in one line of YAML; `spec` in YAML or JSON. */
export const policy = (inNamespace: string, name: string, spec: string): string =>
  `apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: { namespace: ${inNamespace}, name: ${name} }\nspec: ${spec}\n---\n`;

import { z } from "zod";
import { formats } from "../../outputs";

const isoDate = z.iso.date();
const severity = z.enum(["error", "warning", "info"]);
const ruleSetting = z.union([severity, z.literal("off"), z.strictObject({ severity: z.union([severity, z.literal("off")]) })]);

/** What a suppression is about; every part that is there must fit. Texts may hold `*`. */
const suppressionMatch = z.strictObject({
  kind: z.string().optional(),
  namespace: z.string().optional(),
  name: z.string().optional(),
  construct: z.string().optional().describe("CDKTF construct path."),
  address: z.string().optional().describe("Terraform address."),
  fingerprint: z.string().optional(),
});

const suppression = z.strictObject({
  id: z.string(),
  match: suppressionMatch.optional(),
  reason: z.string().min(10, "a reason of at least 10 characters is needed: say why the finding may stay"),
  expires: isoDate,
  owner: z.string().optional(),
  ticket: z.string().optional(),
});

/** `netpol.config.yaml`. The published JSON Schema is made from this. */
export const configSchema = z.strictObject({
  $schema: z.string().optional(),
  version: z.literal(1),
  inputs: z.array(z.string()).optional().describe("Inputs used when none is named on the command line."),
  expectations: z
    .array(z.string())
    .optional()
    .describe("Files of expectations, as paths or patterns, relative to this file: YAML, JSON, or a module that exports `expectations`."),
  failOn: z.union([severity, z.literal("none")]).optional(),
  failOnChange: z.enum(["none", "added", "removed", "any", "exposure"]).optional(),
  unknown: z.enum(["strict", "warn", "ignore"]).optional(),
  rules: z.record(z.string(), ruleSetting).optional().describe("Severity of rules by code; `off` leaves a rule out."),
  exclude: z
    .strictObject({ namespaces: z.array(z.string()) })
    .optional()
    .describe("Findings about these namespaces are left out; texts may hold `*`."),
  suppressions: z.array(suppression).optional(),
  longestSuppression: z.int().min(1).max(3650).optional().describe("How long, in days, a suppression may last at most. Default: 365."),
  baseline: z.string().optional().describe("File of fingerprints of findings that were there before the tool was."),
  /** What reports are written as: `FORMAT` or `FORMAT=FILE`. */
  output: z
    .array(z.string().regex(new RegExp(`^(?:${formats.join("|")})(?:=.+)?$`), `is no output: write ${formats.join(", ")}, or FORMAT=FILE`))
    .optional(),
  /** What the objects cannot tell. */
  context: z
    .strictObject({
      podCidrs: z
        .array(z.string())
        .optional()
        .describe("Ranges that pod addresses are drawn from; else those of the VPC beside an EKS cluster, else private ones are assumed."),
      providers: z
        .array(z.string())
        .optional()
        .describe(
          "Provider configurations of Terraform whose cluster is read, such as `kubernetes.staging`; several are taken for one cluster.",
        ),
      defaultNamespace: z.string().optional().describe('The namespace of objects that name none. Default: "default".'),
    })
    .optional(),
  docs: z.string().optional().describe("What the address of a rule's page begins with. Default: the path in this package."),
});

/** The configuration as it is written. */
export type Config = z.infer<typeof configSchema>;
export type ConfiguredSuppression = z.infer<typeof suppression>;

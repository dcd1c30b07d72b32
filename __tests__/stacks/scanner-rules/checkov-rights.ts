import {
  actionsOf,
  add,
  document,
  none,
  principalsOf,
  resourcesOf,
  rulesOf,
  set,
  statements,
  type Json,
  type ScannerRule,
  type Statement,
} from "./rule";

const managedPolicy = (name: string): ScannerRule["holds"] =>
  none("aws_iam_role_policy_attachment", ({ policy_arn }) => String(policy_arn).endsWith(`/${name}`));

const attach = (name: string): ScannerRule["weaken"] =>
  add("aws_iam_role_policy_attachment", { policy_arn: `arn:aws:iam::aws:policy/${name}` });

const ownPolicies = (json: Json): Statement[] => statements(json, "aws_iam_policy", "policy");
const trustPolicies = (json: Json): Statement[] => statements(json, "aws_iam_role", "assume_role_policy");

const anywhere = (statement: Statement): boolean => resourcesOf(statement).includes("*");

/** Actions that write, or hand out rights, and could be limited to resources. Describing EC2 cannot be. */
const unlimited =
  (pattern: RegExp) =>
  (json: Json): boolean =>
    ownPolicies(json).every((statement) => !anywhere(statement) || actionsOf(statement).every((action) => !pattern.test(action)));

const ownPolicy = (statement: Partial<Statement>): ScannerRule["weaken"] => set("aws_iam_policy", "policy", document(statement));

/** Data sources for policy documents are looked at by rules of their own, which take a key's `*` for all resources. */
const noDocuments = (json: Json): boolean => Object.keys(json.data?.aws_iam_policy_document ?? {}).length === 0;
const documentData: ScannerRule["weaken"] = (json) => {
  json.data = { ...json.data, aws_iam_policy_document: { weak: { statement: [{ actions: ["s3:*"], resources: ["*"] }] } } };
};

/** Checkov 3.3.13 on roles and policies. */
export const checkovRights: readonly ScannerRule[] = rulesOf("checkov", [
  [
    "CKV_AWS_60",
    "roles are not for every account",
    (json) => trustPolicies(json).every((statement) => !principalsOf(statement).includes("*")),
    "cluster",
    set("aws_iam_role", "assume_role_policy", document({ Principal: { AWS: "*" }, Action: "sts:AssumeRole" })),
  ],
  [
    "CKV_AWS_61",
    "roles are not for every service",
    (json) => trustPolicies(json).every(({ Principal }) => typeof Principal !== "object" || Principal.Service !== "*"),
    "network",
    set("aws_iam_role", "assume_role_policy", document({ Principal: { Service: "*" }, Action: "sts:AssumeRole" })),
  ],
  [
    "CKV_AWS_62",
    "no policy allows everything",
    (json) => ownPolicies(json).every((statement) => !(anywhere(statement) && actionsOf(statement).includes("*"))),
    "cluster",
    ownPolicy({ Action: "*", Resource: "*" }),
  ],
  [
    "CKV_AWS_63",
    "no policy allows every action",
    (json) => ownPolicies(json).every((statement) => !actionsOf(statement).includes("*")),
    "cluster",
    ownPolicy({ Action: ["*"], Resource: "arn:aws:s3:::mine" }),
  ],
  ["CKV_AWS_274", "nobody is AdministratorAccess", managedPolicy("AdministratorAccess"), "cluster", attach("AdministratorAccess")],
  [
    "CKV_AWS_393",
    "trust in GitHub Actions is limited to repositories",
    (json) =>
      trustPolicies(json).every(
        (statement) =>
          !principalsOf(statement).some((each) => each.includes("token.actions.githubusercontent.com")) ||
          JSON.stringify(statement.Condition ?? {}).includes(":sub"),
      ),
    "cluster",
    set(
      "aws_iam_role",
      "assume_role_policy",
      document({
        Principal: { Federated: "arn:aws:iam::111122223333:oidc-provider/token.actions.githubusercontent.com" },
        Action: "sts:AssumeRoleWithWebIdentity",
      }),
    ),
  ],
  [
    "CKV2_AWS_40",
    "no policy allows all of IAM",
    (json) => ownPolicies(json).every((statement) => !actionsOf(statement).some((action) => action === "iam:*" || action === "*")),
    "network",
    ownPolicy({ Action: "iam:*", Resource: "arn:aws:iam::111122223333:role/x" }),
  ],
  ["CKV2_AWS_56", "nobody is IAMFullAccess", managedPolicy("IAMFullAccess"), "cluster", attach("IAMFullAccess")],
  ...["CKV_AWS_108", "CKV_AWS_109", "CKV_AWS_111", "CKV_AWS_356"].map(
    (id) => [id, "policy documents are limited to resources", noDocuments, "cluster", documentData] as const,
  ),
  [
    "CKV_AWS_289",
    "no policy manages rights everywhere",
    unlimited(/^iam:|Policy$|^kms:(CreateGrant|PutKeyPolicy)|:\*$/),
    "cluster",
    ownPolicy({ Action: "iam:PutRolePolicy", Resource: "*" }),
  ],
  [
    "CKV_AWS_290",
    "no policy writes everywhere",
    unlimited(/:(Assign|Create|Put|Delete|Update|Modify|Attach|Detach|Encrypt|Decrypt|\*)/),
    "network",
    ownPolicy({ Action: "logs:PutLogEvents", Resource: "*" }),
  ],
  [
    "CKV_AWS_355",
    "no policy names every resource for what could be limited",
    (json) =>
      ownPolicies(json).every(
        (statement) => !anywhere(statement) || actionsOf(statement).every((action) => /^ec2:Describe\w+$/.test(action)),
      ),
    "cluster",
    ownPolicy({ Action: "logs:DescribeLogGroups", Resource: "*" }),
  ],
]);

import { packageName } from "../version";
import type { FileText } from "../write-files";

/** The files of a gate over one input. */
export const initialFiles = (input: string): readonly FileText[] => [
  { file: "netpol.config.yaml", text: config(input) },
  { file: "expectations/example.yaml", text: expectations },
  { file: ".github/workflows/network-policy.yml", text: workflow(input) },
  { file: ".pre-commit-config.yaml", text: `repos:\n${preCommitSnippet}` },
];

const schema = (name: string): string => `# yaml-language-server: $schema=./node_modules/${packageName}/schema/${name}.schema.json\n`;

const config = (input: string): string => `${schema("config")}version: 1
inputs: [${input}]
expectations: [expectations/*.yaml]

# What fails the gate: findings from this severity on, and changes of who reaches whom.
failOn: error
failOnChange: exposure
unknown: warn

# rules:
#   NP205: "off"
# suppressions:
#   - id: NP201
#     match: { kind: NetworkPolicy, namespace: shop, name: public-entrance }
#     reason: the entrance is public, and stands behind a firewall
#     expires: 2027-03-31
#     owner: team-shop
`;

const expectations = `${schema("expectations").replace("./", "../")}version: 1

# Names for what the expectations speak of.
groups:
  dns: { namespace: kube-system, pods: { k8s-app: kube-dns } }

# Each holds for every pair it names, and fails with a flow that breaks it. \`allowEmpty\` lets one pass that names no pod yet: take it away.
expect:
  - id: nobody-outside-reaches-the-cluster
    because: everything public goes through an ingress controller, which gets an exception here
    severity: warning
    allowEmpty: true
    deny: { from: internet, to: cluster }
  - id: every-pod-can-ask-for-names
    because: without DNS hardly anything works
    severity: warning
    allowEmpty: true
    allow: { from: cluster, to: dns, ports: [53/UDP, 53/TCP] }
`;

const synthStep = (input: string): string => (input === "cdktf.out" ? "      - run: npx cdktf synth\n" : "");

const baseSynth = (input: string): string => (input === "cdktf.out" ? "\n          (cd ../base && npm ci && npx cdktf synth)" : "");

const workflow = (input: string): string => `name: network-policy

on: pull_request

permissions:
  contents: read
  pull-requests: write
  security-events: write

concurrency:
  group: network-policy-\${{ github.ref }}
  cancel-in-progress: true

jobs:
  check:
    runs-on: ubuntu-latest
    timeout-minutes: 10
    steps:
      - uses: actions/checkout@v4
      - uses: actions/setup-node@v4
        with:
          node-version: 20
      - run: npm ci
${synthStep(input)}      # What the base branch holds, so that the change is seen.
      - run: |
          git fetch --depth 1 origin \${{ github.base_ref }}
          git worktree add ../base FETCH_HEAD${baseSynth(input)}
      - run: npx netpol check $([ -e ../base/${input} ] && echo --before ../base/${input}) -o json=netpol.json -o sarif=netpol.sarif -o github
      - if: always() && hashFiles('netpol.json') != ''
        run: npx netpol comment github --path netpol.json --pr \${{ github.event.number }} --skip-no-diff
        env:
          GITHUB_TOKEN: \${{ github.token }}
      # The token of a pull request from a fork may not upload.
      - if: always() && hashFiles('netpol.sarif') != '' && github.event.pull_request.head.repo.full_name == github.repository
        uses: github/codeql-action/upload-sarif@v3
        with:
          sarif_file: netpol.sarif
          category: netpol
`;

/** The hook, as an entry of \`repos\`. */
export const preCommitSnippet = `  - repo: local
    hooks:
      - id: netpol
        name: network policies
        entry: npx --no-install netpol check
        language: system
        pass_filenames: false
        files: '\\.(ya?ml|ts)$'
`;

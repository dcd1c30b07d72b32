/** What a proposed change opens besides, said with it. */
import { folderWith, removeFolders } from "./folders";
import { reportOf } from "./report-of";

afterAll(removeFolders);

const pod = (name: string, labels: string): string =>
  `apiVersion: v1\nkind: Pod\nmetadata: { namespace: a, name: ${name}, labels: ${labels} }\nspec: { containers: [{ name: a, image: a }] }\n`;
const policy = (subject: string): string =>
  `apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: { namespace: a, name: closed }\nspec: { podSelector: ${subject}, policyTypes: [Egress], egress: [{ to: [{ ipBlock: { cidr: 192.0.2.0/24 } }], ports: [{ port: 80 }] }] }\n`;

async function opened(pods: readonly string[], subject: string, to: string): Promise<readonly string[]> {
  const text = ["apiVersion: v1\nkind: Namespace\nmetadata: { name: a }\n", ...pods, policy(subject)].join("---\n");
  const { report } = await reportOf("explain", "a/web", to, folderWith({ "a.yaml": text }));
  const [remedy, ...more] = report.after.remedies;
  expect(more).toEqual([]);
  expect(remedy?.goal).toBe("allow");
  return remedy?.alsoOpens ?? [];
}

const everyone = "the same to every other pod of namespace a, now or later, as a/closed selects them all";

test("a change of a policy for every pod of a namespace says so, even where only one pod is there yet", async () => {
  expect(await opened([pod("web", "{}")], "{}", "198.51.100.1:80")).toEqual([everyone]);
});

test("a change of a policy for one workload opens nothing for others", async () => {
  const pods = [pod("web", "{ app: web }"), pod("db", "{ app: db }")];
  expect(await opened(pods, "{ matchLabels: { app: web } }", "198.51.100.1:80")).toEqual([]);
});

test("opening instance metadata carries the warning of its rule, in both families", async () => {
  const pods = [pod("web", "{ app: web }")];
  for (const address of ["169.254.169.254", "fd00:ec2::254"]) {
    const to = address.includes(":") ? `[${address}]:80` : `${address}:80`;
    expect(await opened(pods, "{ matchLabels: { app: web } }", to)).toEqual([
      `the credentials of the node's role: ${address} is instance metadata (NP204 instance-metadata-reachable)`,
    ]);
  }
});

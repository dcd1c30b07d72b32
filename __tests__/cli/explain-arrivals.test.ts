/** Clients outside that enter through a Service: which door they take, whose address pods see, and what would help. */
import { join } from "node:path";
import type { ExplainReport } from "../../engine/report";
import { smallCluster } from "../engine/aws-network/networks";
import { folderWith, removeFolders } from "./folders";
import { netpol } from "./netpol";
import { reportOf } from "./report-of";

afterAll(removeFolders);

const client = "192.0.2.7";
const node = (name: string, address: string): string =>
  `apiVersion: v1\nkind: Node\nmetadata: { name: ${name} }\nstatus: { addresses: [{ type: InternalIP, address: ${address} }] }\n`;
const nodes = [node("n1", "172.30.0.1"), node("n2", "172.30.0.2")];
const admitting = (cidr: string): string =>
  `apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: { namespace: a, name: p }\nspec: { podSelector: {}, policyTypes: [Ingress], ingress: [{ from: [{ ipBlock: { cidr: ${cidr} } }] }] }\n`;
const service = (spec: string): string =>
  `apiVersion: v1\nkind: Service\nmetadata: { namespace: a, name: web }\nspec: { selector: { app: web }, ports: [{ port: 80, targetPort: 8080, nodePort: 30080 }], ${spec} }\n`;
const web = `apiVersion: v1
kind: Pod
metadata: { namespace: a, name: web, labels: { app: web } }
spec: { nodeName: n1, containers: [{ name: a, image: a }] }
status: { podIP: 10.0.0.1, podIPs: [{ ip: 10.0.0.1 }] }
`;
const shop = (spec: string, policy: string, known = nodes): readonly string[] => {
  const documents = ["apiVersion: v1\nkind: Namespace\nmetadata: { name: a }\n", web, service(spec), policy, ...known];
  return [join(folderWith({ "a.yaml": documents.join("---\n") }), "a.yaml")];
};

async function explained(inputs: readonly string[], from = client): Promise<ExplainReport> {
  const { code, report } = await reportOf("explain", from, "svc/a/web:80", ...inputs);
  expect(code).toBe(0);
  return report;
}
const outcomes = ({ service: found }: ExplainReport): readonly string[] => (found?.backends ?? []).map(({ outcome }) => outcome);
const notes = ({ notes: all }: ExplainReport): string => all.map(({ message }) => message).join("\n");

describe("under externalTrafficPolicy Cluster, pods see nodes", () => {
  const cluster = "type: LoadBalancer, externalTrafficPolicy: Cluster";

  test("a rule for the client lets nobody in by a node that it does not name, and no remedy about the client is proposed", async () => {
    const report = await explained(shop(cluster, admitting(`${client}/32`)));
    // Through the pod's own node everybody gets in; through the other one nobody does.
    expect(outcomes(report)).toEqual(["undecided"]);
    expect(report.after.connections).toEqual({ certain: "none", possible: "TCP 80" });
    expect(notes(report)).toContain(
      `traffic from outside enters through port 80 of the load balancer: pods see the address of a node in place of ${client} (\`externalTrafficPolicy: Cluster\`), so no rule about ${client} decides`,
    );
    expect(report.after.remedies).toEqual([
      {
        goal: "allow",
        description: `set \`externalTrafficPolicy: Local\` on Service a/web, so that pods see ${client}, and admit that`,
        alsoOpens: [],
      },
      {
        goal: "allow",
        description: "admit the addresses of the nodes (172.30.0.1 and 172.30.0.2) by an ipBlock at the pods behind the Service",
        alsoOpens: [
          "everybody who reaches the Service from outside, as far as `loadBalancerSourceRanges` let it, since pods see nodes in place of all of them",
        ],
      },
    ]);
  });

  test("a rule for the nodes lets every client in, which what is proposed otherwise would do", async () => {
    const report = await explained(shop(cluster, admitting("172.30.0.0/24")));
    expect([outcomes(report), report.after.remedies]).toEqual([["allowed"], []]);
  });

  test("what is proposed in place of a rule for the client works: with Local and a rule for it, it gets in", async () => {
    const report = await explained(shop("type: LoadBalancer, externalTrafficPolicy: Local", admitting(`${client}/32`)));
    expect(outcomes(report)).toEqual(["allowed"]);
  });

  test("with nodes that are not known, it is undecided and says so", async () => {
    const report = await explained(shop(cluster, admitting("203.0.113.0/24"), []));
    expect(outcomes(report)).toEqual(["undecided"]);
    expect(report.unknowns.map(({ because }) => because)).toContain("no Node object is in the input");
    expect(report.after.remedies.map(({ yaml }) => yaml)).toEqual([undefined, undefined]);
  });
});

describe("under externalTrafficPolicy Local, pods see the client", () => {
  const local = "type: NodePort, externalTrafficPolicy: Local";

  test("a rule for it decides, and the remedy is one", async () => {
    const report = await explained(shop(local, admitting("198.51.100.0/24")));
    expect(outcomes(report)).toEqual(["denied"]);
    expect(notes(report)).toContain("enters through node port 30080 of any node: pods see the client's own address");
    expect(report.after.remedies.map(({ yaml }) => yaml?.includes(`${client}/32`))).toEqual([true]);
  });

  test("source ranges refuse at the load balancer, whatever policies say", async () => {
    const ranged = "type: LoadBalancer, externalTrafficPolicy: Local, loadBalancerSourceRanges: [203.0.113.0/24]";
    const report = await explained(shop(ranged, admitting("0.0.0.0/0")));
    expect([report.after.connections.possible, report.after.flows]).toEqual(["none", []]);
    expect(report.after.remedies.map(({ description }) => description)).toEqual([
      `add ${client} to \`loadBalancerSourceRanges\` of Service a/web`,
    ]);
  });
});

test("a ClusterIP has no door, and a node that asks is itself the client", async () => {
  const closed = shop("type: ClusterIP", admitting("198.51.100.0/24"));
  expect(notes(await explained(closed))).not.toContain("traffic from outside");
  const cluster = shop("type: NodePort", admitting("198.51.100.0/24"));
  expect(notes(await explained(cluster, "172.30.0.2"))).not.toContain("traffic from outside");
});

test("the AWS network, which never sees a packet from the client to a pod, is not asked; the plugin is, by what pods see", async () => {
  const infrastructure = folderWith({ "cdk.tf.json": JSON.stringify({ resource: smallCluster() }) });
  for (const policy of ["Cluster", "Local"]) {
    const inputs = [...shop(`type: NodePort, externalTrafficPolicy: ${policy}`, admitting("172.30.0.0/24")), infrastructure];
    const report = await explained(inputs);
    expect(report.layers.map(({ layer }) => layer)).toEqual(["vpc-cni"]);
    expect(report.layers[0]?.message).toBe("TCP 80 through the Service, at a/web");
    const { stdout } = await netpol("explain", client, "svc/a/web:80", ...inputs);
    expect(stdout).not.toContain("routes:");
  }
});

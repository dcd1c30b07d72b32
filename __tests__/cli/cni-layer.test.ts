import { join } from "node:path";
import type { ExplainReport } from "../../engine/report";
import { changedStacks } from "../stacks/mistakes";
import { folderWith, removeFolders } from "./folders";
import { manifests, netpol } from "./netpol";
import { reportOf } from "./report-of";

afterAll(removeFolders);

const deployment = (name: string, port: number): object => ({
  apiVersion: "apps/v1",
  kind: "Deployment",
  metadata: { namespace: "shop", name },
  spec: {
    selector: { matchLabels: { app: name } },
    template: {
      metadata: { labels: { app: name } },
      spec: { containers: [{ name: "main", image: "nginx", ports: [{ name: "http", containerPort: port }] }] },
    },
  },
});

/** One name for two numbers, and a policy on both workloads that names it. */
const shop = (): string =>
  folderWith({
    "cdktf.out/stacks/cluster/cdk.tf.json": changedStacks()["stacks/cluster/cdk.tf.json"]!,
    "cdktf.out/stacks/network/cdk.tf.json": changedStacks()["stacks/network/cdk.tf.json"]!,
    "shop.json": {
      apiVersion: "v1",
      kind: "List",
      items: [
        { apiVersion: "v1", kind: "Namespace", metadata: { name: "shop" } },
        deployment("web", 80),
        deployment("api", 8080),
        {
          apiVersion: "networking.k8s.io/v1",
          kind: "NetworkPolicy",
          metadata: { namespace: "shop", name: "http" },
          spec: { podSelector: {}, policyTypes: ["Ingress"], ingress: [{ ports: [{ port: "http" }] }] },
        },
      ],
    },
  });

type Layer = ExplainReport["layers"][number];

const pluginOf = async (...args: readonly string[]): Promise<readonly Layer[]> =>
  (await reportOf("explain", ...args)).report.layers.filter(({ layer }) => layer === "vpc-cni");

test("of every port, those with one answer under both are one line, and the plugin's own answer is not lost among them", async () => {
  const layers = await pluginOf("shop/web", "shop/api", shop());
  const said = layers.map(({ outcome, message }) => `${message.split(":")[0]!}: ${outcome}`);
  expect(said).toEqual(["TCP 8080: allowed", "TCP 80: allowed", "TCP 1-79,81-8079,8081-65535; UDP all; SCTP all: denied"]);
  expect(layers[1]?.message).toContain("by shop/http ingress[0]; unlike the specification, by L-23: a named port of an ingress rule");
  expect(layers[1]?.message).toContain("; to end that, ");
  expect(layers[0]?.message).not.toContain("unlike");
});

test("what changes no answer stands beside it, once", async () => {
  const folder = shop();
  const [layer, ...others] = await pluginOf("shop/web", "shop/api:8080", folder);
  expect(others).toEqual([]);
  expect(layer?.remarks?.map((remark) => remark.slice(0, 4))).toEqual(["L-34", "L-37", "L-38"]);
  expect(layer?.remarks?.[0]).toContain("(shop/web, shop/api)");
  const { stdout } = await netpol("explain", "shop/web", "shop/api", folder);
  expect(stdout.match(/note L-34/g)).toHaveLength(1);
});

test("ping is a question about no port, and so answered where every port is asked about", async () => {
  const folder = shop();
  const remarks = (layers: readonly Layer[]): readonly string[] => layers.flatMap((layer) => layer.remarks ?? []);
  const ping = "L-27: ping (ICMP) is denied, egress allowed, ingress denied; the specification does not say";
  expect(remarks(await pluginOf("shop/web", "shop/api", folder))).toContain(ping);
  expect(remarks(await pluginOf("shop/web", "shop/api:8080", folder)).join()).not.toContain("L-27");
});

test("without the infrastructure only what differs is said, and no remark", async () => {
  const layers = await pluginOf("shop/web", "shop/api", join(shop(), "shop.json"));
  expect(layers.map(({ message, remarks }) => [message.split(":")[0], remarks])).toEqual([["TCP 80", undefined]]);
  expect(await pluginOf("frontend/nginx", "backend/nginx", join(manifests, "step-3"))).toEqual([]);
});

import fc from "fast-check";
import { IpSet } from "../../../engine/sets/ip-set";
import type { JsonObject, LocatedObject } from "../../../inputs/objects";

const apps = ["web", "db", "client"];
/** An object with a place of its own. */
export const located = (object: JsonObject, line: number): LocatedObject => ({ object, location: { file: "random", line } });

/** One pod of each app, all in one namespace. */
export const pods = apps.map((app, line) =>
  located(
    {
      apiVersion: "v1",
      kind: "Pod",
      metadata: { namespace: "shop", name: app, labels: { app } },
      spec: { containers: [{ name: app, image: app, ports: [{ name: "http", containerPort: 80 }] }] },
    },
    line,
  ),
);

const selector = fc.constantFrom<JsonObject[]>({}, ...apps.map((app) => ({ matchLabels: { app } })));
const block = fc.record({
  cidr: fc.constantFrom("0.0.0.0/0", "10.1.2.3/8", "169.254.0.0/16", "169.254.169.254/32", "128.0.0.0/1"),
  except: fc.constantFrom<string[][]>([], ["169.254.169.254/32"], ["10.0.0.0/12"]),
});
/** The reader refuses exceptions outside their block: those are left out here. */
const peer = fc.oneof(
  selector.map((podSelector) => ({ podSelector })),
  block.map(({ cidr, except }) => ({
    ipBlock: {
      cidr,
      except: except.filter((each) => IpSet.cidr(each).isSubsetOf(IpSet.cidr(cidr)) && !IpSet.cidr(each).equals(IpSet.cidr(cidr))),
    },
  })),
);
const port = fc.constantFrom<JsonObject>({ port: 80 }, { port: "http" }, { port: 80, endPort: 90 }, { port: 53, protocol: "UDP" });
const rule = (peers: "from" | "to") =>
  fc.record({ [peers]: fc.array(peer, { maxLength: 2 }), ports: fc.array(port, { maxLength: 2 }) }) as fc.Arbitrary<JsonObject>;
const spec = fc.record(
  {
    podSelector: selector,
    policyTypes: fc.constantFrom<string[][]>(["Ingress"], ["Egress"], ["Ingress", "Egress"], []),
    ingress: fc.array(rule("from"), { maxLength: 3 }),
    egress: fc.array(rule("to"), { maxLength: 3 }),
  },
  { requiredKeys: ["podSelector"] },
);
/** Pods of three apps, and policies that do not always mean what they say. */
export const input = fc.array(spec, { minLength: 1, maxLength: 3 }).map((specs) => [
  ...pods,
  ...specs.map((each, index) =>
    located(
      {
        apiVersion: "networking.k8s.io/v1",
        kind: "NetworkPolicy",
        metadata: { namespace: "shop", name: `p${String(index)}` },
        spec: each,
      },
      10 + index,
    ),
  ),
]);

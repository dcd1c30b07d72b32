import { toCluster } from "../../inputs/kubernetes";
import { parseSynth } from "../../inputs/synth";
import { checkExpectations, evaluate } from "../../engine";
import type { Cluster, Location } from "../../engine/model";
import { clusterDns, desired, expectationsAt, steps } from "../../policies";
import { stackNames, synthesize } from "./synthesized";
import { variants } from "./variants";

/** What a reader of the synthesized JSON sees with these settings, and what it has to say about it. */
function readBack(settings: Readonly<Record<string, unknown>>) {
  const synthesized = synthesize(settings);
  const files = stackNames.map((name) => ({ file: `cdktf.out/stacks/${name}/cdk.tf.json`, text: synthesized[name].text }));
  const { value: objects, problems } = parseSynth(files);
  const { value: cluster, problems: more } = toCluster(objects);
  return { cluster, problems: [...problems, ...more] };
}

const unplaced = <T extends { readonly location?: Location }>({ location: _location, ...object }: T) => object;

const byNamespace = (a: { namespace?: unknown; name: unknown }, b: { namespace?: unknown; name: unknown }): number =>
  `${String(a.namespace)}/${String(a.name)}`.localeCompare(`${String(b.namespace)}/${String(b.name)}`);

/** Without places, and in one order: neither changes what a cluster does. */
const essence = ({ namespaces, workloads, services, policies }: Cluster) => ({
  namespaces: namespaces.map(unplaced).sort(byNamespace),
  workloads: workloads.map(unplaced).sort(byNamespace),
  services: services.map(unplaced).sort(byNamespace),
  policies: policies.map(unplaced).sort(byNamespace),
});

describe.each(Object.entries(variants))("what is synthesized with the settings of %s", (_title, settings) => {
  const { cluster, problems } = readBack(settings);
  const strict = "enforcingMode" in settings;

  test("reads back as what was wanted, with nothing to remark", () => {
    const isolateBothWays = strict || "profile" in settings;
    const wanted = desired(3, { isolateBothWays });
    const dns = strict ? [clusterDns({ apiServer: "172.20.0.1/32", resolvers: ["10.0.0.2/32", "169.254.169.253/32"] })] : [];
    const remarks = problems.filter(({ severity }) => severity !== "note");
    expect(remarks).toEqual([]);
    // AWS makes that namespace, and nobody deploys it: worth a note where a policy lies in it.
    expect(problems.map(({ message }) => message.startsWith("namespace `kube-system` is used"))).toEqual(strict ? [true] : []);
    const declaredHere = { ...cluster, namespaces: cluster.namespaces.filter(({ unknownLabels }) => unknownLabels === undefined) };
    expect(essence(declaredHere)).toEqual(essence({ ...wanted, policies: [...wanted.policies, ...dns] }));
  });
});

describe.each(steps)("what is synthesized at step %i", (step) => {
  const { cluster, problems } = readBack({ step });

  test("reads back as what was wanted, with nothing to remark", () => {
    expect(problems).toEqual([]);
    expect(essence(cluster)).toEqual(essence(desired(step)));
  });

  test.each(expectationsAt(step))("keeps what $id asks for", (expectation) => {
    expect(checkExpectations({ evaluation: evaluate(cluster) }, [expectation]).map(({ result }) => result)).toEqual(["passed"]);
  });

  test("points every policy at the file that declares it", () => {
    const files = cluster.policies.map(({ location }) => location?.created?.file);
    expect(files).toEqual(desired(step).policies.map(({ location }) => location?.created?.file));
    expect(files.every((file) => file?.startsWith("policies/"))).toBe(true);
  });
});

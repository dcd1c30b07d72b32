/** Kubernetes objects in YAML and JSON: manifests, `kubectl get -o json`, and what kustomize and `helm template` print. */
import type { FoundSuppression, Input } from "./input";
import { readJsonManifests } from "./manifests/json-manifests";
import { readYamlManifests } from "./manifests/yaml-manifests";
import type { Json, LocatedObject, Problem, Read } from "./objects";
import { withoutSecrets } from "./snapshot";
import { commonName } from "./source-name";
import { annotatedSuppressions } from "./suppressions";

/** A file of manifests; `root` is set when it was parsed as JSON before. */
export interface ManifestFile {
  readonly file: string;
  readonly text: string;
  readonly root?: Json;
}

/** What one file holds. */
export interface ReadManifests {
  readonly objects: readonly LocatedObject[];
  /** Found in comments. */
  readonly suppressions: readonly FoundSuppression[];
  /** Why the file is not all there is, or not what is applied. */
  readonly incomplete: readonly string[];
  readonly problems: readonly Problem[];
}

/** Reads files of manifests as one input. A file that is broken is a problem and is left out as a whole. */
export function readManifests(files: readonly ManifestFile[]): Read<Input> {
  const read = files.map(({ file, text, root }) =>
    root === undefined ? readYamlManifests(file, text) : readJsonManifests(file, text, root),
  );
  const objects = withoutSecrets(read.flatMap((each) => each.objects));
  const input: Input = {
    kind: "manifests",
    name: commonName(files.map(({ file }) => file)),
    after: { objects, resources: [] },
    changes: [],
    drift: [],
    incomplete: read.flatMap(({ incomplete }) => incomplete),
    opaque: [],
    suppressions: [...annotatedSuppressions(objects), ...read.flatMap(({ suppressions }) => suppressions)],
    declares: new Set(),
  };
  return { value: input, problems: read.flatMap(({ problems }) => problems) };
}

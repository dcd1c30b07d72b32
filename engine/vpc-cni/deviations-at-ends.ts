import type { Direction, Endpoint, NetworkPolicy, Rule } from "../model";
import type { CniFlow } from "./answers";
import type { Deviation } from "./deviation";
import type { CniEvaluator } from "./vpc-cni";

/** Deviations that only policies with something in them can make, by what that is. */
const byFeature = {
  names: ["L-23", "L-24", "L-25", "L-26", "first-name"],
  exceptions: ["L-30"],
  blocks: ["L-31"],
} as const satisfies Readonly<Record<string, readonly Deviation[]>>;
type Feature = keyof typeof byFeature;

/** Tells which deviations can matter for a flow, by the policies that apply to its ends. */
export class DeviationsAtEnds {
  private readonly features = new Map<string, ReadonlySet<Feature>>();
  private readonly known = new Map<string, ReadonlySet<Feature>>();

  constructor(private readonly cni: CniEvaluator) {}

  /** Those of the candidates that can make a difference to a flow. */
  among(candidates: readonly Deviation[], { from, to }: CniFlow): readonly Deviation[] {
    // At the pods behind a Service other policies apply: nothing is ruled out.
    if (to.kind === "service") return candidates;
    const there = new Set([...this.at(from, "egress"), ...this.at(to, "ingress")]);
    const isShared = [from, to].some((end) => end.kind === "workload" && this.cni.rows.sharesIdentifier(end.workload));
    const ruledOut = new Set<Deviation>([
      ...(Object.keys(byFeature) as Feature[]).flatMap((feature) => (there.has(feature) ? [] : byFeature[feature])),
      ...(isShared ? [] : (["L-04", "L-05"] as const)),
    ]);
    return candidates.filter((each) => !ruledOut.has(each));
  }

  private at(end: Endpoint, direction: Direction): ReadonlySet<Feature> {
    if (end.kind === "address") return new Set();
    const { universe, interpretations } = this.cni.ground.evaluation;
    const places = universe.groups
      .ofWorkload(end.workload)
      .flatMap((group) => interpretations.flatMap((each) => each.appliesTo(group, direction).networkPolicies.map(({ policy }) => policy)));
    const key = `${direction} ${places.join()}`;
    const known = this.known.get(key);
    if (known !== undefined) return known;
    const found = new Set(places.flatMap((place) => [...this.featuresOf(place, direction)]));
    this.known.set(key, found);
    return found;
  }

  private featuresOf(place: number, direction: Direction): ReadonlySet<Feature> {
    const key = `${direction} ${String(place)}`;
    const known = this.features.get(key);
    if (known !== undefined) return known;
    const { policies } = this.cni.ground.evaluation.cluster;
    const rules = (policies[place] as NetworkPolicy)[direction] ?? [];
    const found = new Set(rules.flatMap(featuresIn));
    this.features.set(key, found);
    return found;
  }
}

function featuresIn({ ports, peers }: Rule): readonly Feature[] {
  const blocks = peers === "any" ? [] : peers.filter((peer) => peer.kind === "ipBlock");
  // Of a port that is not known nobody can say whether it has a name.
  const hasNames = ports !== "any" && ports.some(({ kind }) => kind !== "range");
  return [
    ...(hasNames ? (["names"] as const) : []),
    ...(blocks.some(({ except }) => except.length > 0) ? (["exceptions"] as const) : []),
    ...(blocks.length > 0 ? (["blocks"] as const) : []),
  ];
}

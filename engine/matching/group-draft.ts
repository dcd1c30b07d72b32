import type { AddressRanges } from "./address-ranges";
import { type Cluster, ModelError, type Pod, shown, type Workload } from "../model";
import { type GroupEdit, keyOfTemplate, newGroup, type PodGroup, type PodGroups, type RevisedGroups } from "./pod-groups";
import type { Vocabulary } from "./policy-vocabulary";
import { type Address, parseAddress } from "../sets/ip-set";

/** Everything there is to know about groups; places stand for groups throughout. */
interface Book {
  readonly all: PodGroup[];
  readonly keys: string[];
  readonly placeOfKey: Map<string, number>;
  readonly ofWorkload: Map<Workload, readonly number[]>;
  readonly ofPod: Map<Pod, number>;
  readonly members: Workload[][];
}

const emptyBook = (): Book => ({
  all: [],
  keys: [],
  placeOfKey: new Map<string, number>(),
  ofWorkload: new Map<Workload, readonly number[]>(),
  ofPod: new Map<Pod, number>(),
  members: [],
});

const copyOf = ({ all, keys, placeOfKey, ofWorkload, ofPod, members }: Book): Book => ({
  all: [...all],
  keys: [...keys],
  placeOfKey: new Map(placeOfKey),
  ofWorkload: new Map(ofWorkload),
  ofPod: new Map(ofPod),
  members: [...members],
});

/** Sorts every pod of the cluster into groups, by what the policies look at. */
export const groupPods = ({ workloads: added }: Cluster, vocabulary: Vocabulary, ranges: AddressRanges): PodGroups =>
  new GroupDraft(emptyBook()).edited({ removed: [], added, vocabulary, ranges }).groups;

/** Groups being edited. */
class GroupDraft {
  /** Places with another group than before, or with none any more. */
  private readonly changed = new Set<number>();
  /** Places whose group lost workloads. */
  private readonly left = new Set<number>();
  private readonly vacant: number[] = [];
  /** Lists of members made here; others belong to the groups before as well, and are not written to. */
  private readonly owned = new Set<readonly Workload[]>();

  constructor(private readonly book: Book) {}

  edited({ removed, added, vocabulary, ranges }: GroupEdit): RevisedGroups {
    for (const workload of removed) this.remove(workload);
    for (const workload of added) {
      const templateKey = keyOfTemplate(workload, vocabulary);
      this.add(workload, (addresses) => `${templateKey}|${addresses.map((address) => ranges.of(address)).join(" ")}`);
    }
    this.fillGaps();
    for (const place of this.left) this.describeAgain(place);
    return { groups: groupsOf(this.book), places: this.changed };
  }

  private remove(workload: Workload): void {
    const { ofWorkload, ofPod, members } = this.book;
    for (const place of placesOf(this.book, workload)) {
      const others = (members[place] ?? []).filter((each) => each !== workload);
      members[place] = others;
      if (others.length === 0) this.vacate(place);
      else this.left.add(place);
    }
    for (const pod of workload.pods ?? []) ofPod.delete(pod);
    ofWorkload.delete(workload);
  }

  private vacate(place: number): void {
    const { keys, placeOfKey } = this.book;
    placeOfKey.delete(keys[place] as string);
    this.vacant.push(place);
  }

  private add(workload: Workload, keyOf: (addresses: readonly Address[]) => string): void {
    const { ofWorkload, ofPod } = this.book;
    const pods = workload.pods ?? [];
    const places = new Set<number>();
    for (const pod of pods) {
      const addresses = pod.ips.map(parseAddress);
      const place = this.placeFor(keyOf(addresses), workload, addresses);
      ofPod.set(pod, place);
      places.add(place);
    }
    if (pods.length === 0) places.add(this.placeFor(keyOf([]), workload, []));
    ofWorkload.set(workload, [...places]);
    for (const place of places) this.enlist(place, workload);
  }

  private enlist(place: number, workload: Workload): void {
    const { members } = this.book;
    let list = members[place];
    if (list === undefined || !this.owned.has(list)) {
      list = [...(list ?? [])];
      members[place] = list;
      this.owned.add(list);
    }
    list.push(workload);
  }

  private placeFor(key: string, workload: Workload, addresses: readonly Address[]): number {
    const { all, placeOfKey } = this.book;
    const known = placeOfKey.get(key);
    if (known !== undefined) return known;
    const place = this.vacant.pop() ?? all.length;
    this.put(place, newGroup(place, workload, addresses), key);
    return place;
  }

  private put(place: number, group: PodGroup, key: string): void {
    const { all, keys, placeOfKey } = this.book;
    all[place] = group;
    keys[place] = key;
    placeOfKey.set(key, place);
    this.changed.add(place);
    this.left.delete(place);
  }

  /** Groups stand in the first places without a gap: the last ones move into those that became free. */
  private fillGaps(): void {
    const { all, keys, members } = this.book;
    for (const gap of this.vacant.sort((a, b) => b - a)) {
      const last = all.length - 1;
      if (gap !== last) this.move(last, gap);
      all.pop();
      keys.pop();
      members.length = last;
      this.changed.add(last);
    }
  }

  private move(from: number, to: number): void {
    const { all, keys, members, ofWorkload, ofPod } = this.book;
    const wasLeft = this.left.delete(from);
    this.put(to, { ...(all[from] as PodGroup), index: to }, keys[from] as string);
    if (wasLeft) this.left.add(to);
    members[to] = members[from] ?? [];
    for (const workload of members[to]) {
      ofWorkload.set(
        workload,
        placesOf(this.book, workload).map((place) => (place === from ? to : place)),
      );
      for (const pod of workload.pods ?? []) if (ofPod.get(pod) === from) ofPod.set(pod, to);
    }
  }

  /** A group that lost pods is described by one of those that are left: policies that are new may tell them apart. */
  private describeAgain(place: number): void {
    const { all, members, ofPod } = this.book;
    const [workload] = members[place] ?? [];
    if (workload === undefined) return;
    const pod = (workload.pods ?? []).find((each) => ofPod.get(each) === place);
    all[place] = newGroup(place, workload, (pod?.ips ?? []).map(parseAddress));
  }
}

function groupsOf(book: Book): PodGroups {
  const { all, ofWorkload, ofPod, members } = book;
  const groupsAt = (places: readonly number[]): readonly PodGroup[] => places.map((place) => all[place] as PodGroup);
  return {
    all,
    spread: new Set([...ofWorkload].flatMap(([workload, places]) => (places.length > 1 ? [workload] : []))),
    ofWorkload: (workload) => groupsAt(placesOf(book, workload)),
    ofPod: (workload, pod) => groupsAt([ofPod.get(pod) ?? (placesOf(book, workload)[0] as number)])[0] as PodGroup,
    workloadsIn: ({ index }) => members[index] ?? [],
    revised: (edit) => new GroupDraft(copyOf(book)).edited(edit),
    renamed: (twins) => groupsOf(renamedBook(book, twins)),
  };
}

function renamedBook(book: Book, twins: ReadonlyMap<Workload, Workload>): Book {
  const ofWorkload = new Map([...book.ofWorkload].map(([workload, places]) => [twins.get(workload) ?? workload, places]));
  const ofPod = new Map<Pod, number>();
  for (const [workload, places] of book.ofWorkload) {
    const renamed = twins.get(workload)?.pods;
    for (const [at, pod] of (workload.pods ?? []).entries()) ofPod.set(renamed?.[at] ?? pod, book.ofPod.get(pod) ?? (places[0] as number));
  }
  const members = book.members.map((list) => list.map((workload) => twins.get(workload) ?? workload));
  return { ...copyOf(book), ofWorkload, ofPod, members };
}

function placesOf({ ofWorkload }: Pick<Book, "ofWorkload">, workload: Workload): readonly number[] {
  const places = ofWorkload.get(workload);
  if (places !== undefined) return places;
  throw new ModelError(`workload \`${shown(workload.name)}\` is not part of the cluster that was evaluated`);
}

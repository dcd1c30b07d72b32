import type { InfrastructureResource } from "../model";

/** Which resource Terraform makes after which: what `depends_on` and references say, within one stack. */
export class ResourceOrder {
  private readonly byBlock = new Map<string, InfrastructureResource[]>();
  private readonly before = new Map<InfrastructureResource, ReadonlySet<InfrastructureResource>>();

  constructor(private readonly resources: readonly InfrastructureResource[]) {
    for (const each of resources) {
      const key = keyOf(each, blockOf(each.address));
      const known = this.byBlock.get(key);
      if (known === undefined) this.byBlock.set(key, [each]);
      else known.push(each);
    }
  }

  /** Whether `one` is made after `other`, and so is destroyed before it. */
  isAfter(one: InfrastructureResource, other: InfrastructureResource): boolean {
    return this.madeBefore(one).has(other);
  }

  private madeBefore(resource: InfrastructureResource): ReadonlySet<InfrastructureResource> {
    const known = this.before.get(resource);
    if (known !== undefined) return known;
    const found = new Set<InfrastructureResource>();
    const waiting = [resource];
    for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
      for (const each of this.directly(next)) {
        if (found.has(each)) continue;
        found.add(each);
        waiting.push(each);
      }
    }
    this.before.set(resource, found);
    return found;
  }

  private directly(resource: InfrastructureResource): readonly InfrastructureResource[] {
    return [...resource.dependsOn, ...resource.references].flatMap((address) => this.at(resource, address));
  }

  /** A whole module is everything in it. */
  private at(resource: InfrastructureResource, address: string): readonly InfrastructureResource[] {
    const exact = this.byBlock.get(keyOf(resource, blockOf(address)));
    if (exact !== undefined) return exact;
    if (!address.startsWith("module.")) return [];
    return this.resources.filter((each) => each.stack === resource.stack && blockOf(each.address).startsWith(`${blockOf(address)}.`));
  }
}

const keyOf = ({ stack }: InfrastructureResource, block: string): string => JSON.stringify([stack ?? "", block]);

/** An address without the keys of instances. */
const blockOf = (address: string): string => address.replaceAll(/\[[^\]]*\]/g, "");

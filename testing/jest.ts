/** Adds the matchers to Jest: name this module in `setupFilesAfterEnv`, or import it once. */
import type { Details, Ends } from "../engine/expectations/builder";
import type { ClusterExpectation, Direction, PodsEnd, WrittenPorts as Ports } from "../engine/model";
import { netpolMatchers } from "./matchers";

declare global {
  // The names of these types are Jest's.
  // eslint-disable-next-line @typescript-eslint/no-namespace
  namespace jest {
    interface Matchers<R> {
      toAllow(from: Ends, to: Ends, ports?: Ports, details?: Details): R;
      toDeny(from: Ends, to: Ends, ports?: Ports, details?: Details): R;
      toOnlyAllowInto(to: Ends, from: Ends, ports?: Ports): R;
      toOnlyAllowOutOf(from: Ends, to: Ends, ports?: Ports): R;
      toIsolate(pods: PodsEnd, ...directions: readonly Direction[]): R;
      toSatisfy(expected: readonly ClusterExpectation[]): R;
      toAddNoConnections(): R;
    }
  }
}

// Jest puts `expect` there before it loads this.
(globalThis as unknown as { readonly expect: { extend(matchers: object): void } }).expect.extend(netpolMatchers);

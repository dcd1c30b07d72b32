import { ModelError } from "../model/model-error";
import { highestPort, lowestPort } from "../model/port";
import { IntervalSet } from "./interval-set";

/** An exact set of port numbers, 1 to 65535. */
export type PortSet = IntervalSet<number>;

/** Constructors of port sets. */
export const PortSet = {
  none: IntervalSet.of<number>(),
  all: IntervalSet.of<number>([lowestPort, highestPort]),
  /** The ports `from` to `to`, both included. Outside 1 to 65535: a ModelError, since no packet can carry such a port. */
  of(from: number, to: number = from): PortSet {
    if (!Number.isInteger(from) || !Number.isInteger(to) || from < lowestPort || to > highestPort) {
      throw new ModelError(`ports ${String(from)}-${String(to)} are not within ${String(lowestPort)}-${String(highestPort)}`);
    }
    return IntervalSet.of([from, to]);
  },
} as const;

/** Slots held for placed requests, each with a lease. Counts are exact and never negative. */
export interface Reservations {
  /** Holds a slot until it is released or its lease ends. */
  reserve(placementId: string, instanceKey: string, leaseMs: number): void;
  /** Frees a slot; false when it is not held (any more): releasing twice is harmless. */
  release(placementId: string): boolean;
  /** Slots held on an instance now. */
  count(instanceKey: string): number;
  /** Most slots held on an instance at once since this was last called for it. */
  takePeak(instanceKey: string): number;
  /** Ends every lease that has run out, also on instances that nobody asks about. */
  sweep(): void;
  /** Slots held in all. */
  total(): number;
}

interface Holder {
  /** Placement to end of lease. */
  readonly leases: Map<string, number>;
  /** No lease ends before this. */
  earliestMs: number;
  peak: number;
}

/** No timers: a lease ends when its instance is next looked at, or in a sweep. `onExpired` is told of each lease that ran out. */
export function createReservations(now: () => number, onExpired: (placementId: string) => void): Reservations {
  const holders = new Map<string, Holder>();
  const instanceOf = new Map<string, string>();
  const expire = (holder: Holder): void => {
    if (now() < holder.earliestMs) return;
    holder.earliestMs = Number.POSITIVE_INFINITY;
    for (const [placementId, endMs] of holder.leases) {
      if (endMs > now()) {
        holder.earliestMs = Math.min(holder.earliestMs, endMs);
        continue;
      }
      holder.leases.delete(placementId);
      instanceOf.delete(placementId);
      onExpired(placementId);
    }
  };
  return {
    reserve(placementId, instanceKey, leaseMs) {
      const endMs = now() + leaseMs;
      const holder = holders.get(instanceKey) ?? { leases: new Map(), earliestMs: Number.POSITIVE_INFINITY, peak: 0 };
      holders.set(instanceKey, holder);
      holder.leases.set(placementId, endMs);
      instanceOf.set(placementId, instanceKey);
      holder.earliestMs = Math.min(holder.earliestMs, endMs);
      holder.peak = Math.max(holder.peak, holder.leases.size);
    },
    release(placementId) {
      const holder = holders.get(instanceOf.get(placementId) ?? "");
      if (holder === undefined) return false;
      expire(holder);
      instanceOf.delete(placementId);
      return holder.leases.delete(placementId);
    },
    count(instanceKey) {
      const holder = holders.get(instanceKey);
      if (holder === undefined) return 0;
      expire(holder);
      return holder.leases.size;
    },
    takePeak(instanceKey) {
      const holder = holders.get(instanceKey);
      if (holder === undefined) return 0;
      const { peak } = holder;
      holder.peak = holder.leases.size;
      return peak;
    },
    sweep() {
      for (const [instanceKey, holder] of holders) {
        expire(holder);
        if (holder.leases.size === 0 && holder.peak === 0) holders.delete(instanceKey);
      }
    },
    total: () => instanceOf.size,
  };
}

import type { Candidate } from "../scheduler/index.js";
import type { InstanceEntry } from "./instance-entry.js";
import type { NodeEntry } from "./node-entry.js";

/**
 * Each application's candidates, made anew only where something has changed. A decision over hundreds of instances then costs what the policy
 * does with them, not the making of their views.
 */
export interface CandidateCache {
  /** The candidates now, each list never changed once given. */
  read(application: string): readonly Candidate[];
  /** Something about one instance has changed. */
  touch(instanceKey: string): void;
  /** Something about a node has changed; `before`: its instances until now. */
  touchNode(entry: NodeEntry, before: NodeEntry["byApplication"]): void;
}

/** What a cache is made of. */
export interface CandidateCacheParts {
  readonly now: () => number;
  readonly candidateOf: (instance: InstanceEntry, entry: NodeEntry, last: Candidate | undefined) => Candidate;
  /** Every change comes by `touch`; false: each reading makes every candidate anew. */
  readonly isTold: boolean;
}

/** What time alone changes (health, leases, what is forgotten) may lag by this much: a quarter of the usual tick. */
const REFRESH_MS = 250;

interface Slot {
  readonly entry: NodeEntry;
  readonly instanceId: string;
}

interface Listing {
  readonly slots: readonly Slot[];
  candidates: readonly Candidate[];
  /** Positions to be made anew. */
  readonly touched: Set<number>;
  madeMs: number;
}

/** An empty cache. */
export function createCandidateCache({ now, candidateOf, isTold }: CandidateCacheParts): CandidateCache {
  const hosts = new Map<string, Set<NodeEntry>>();
  const listings = new Map<string, Listing>();
  const placeOf = new Map<string, { readonly listing: Listing; readonly at: number }>();
  const make = (slot: Slot | undefined, last: Candidate | undefined): Candidate | undefined => {
    const instance = slot?.entry.instances.get(slot.instanceId);
    return slot === undefined || instance === undefined ? undefined : candidateOf(instance, slot.entry, last);
  };
  const refreshAll = (listing: Listing): void => {
    listing.candidates = listing.slots.flatMap((slot, at) => make(slot, listing.candidates[at]) ?? []);
    listing.touched.clear();
    listing.madeMs = now();
  };
  const refreshTouched = (listing: Listing): void => {
    const candidates = [...listing.candidates];
    for (const at of listing.touched) candidates[at] = make(listing.slots[at], candidates[at]) ?? (candidates[at] as Candidate);
    listing.candidates = candidates;
    listing.touched.clear();
  };
  const list = (application: string): Listing => {
    const slots = [...(hosts.get(application) ?? [])].flatMap((entry) =>
      (entry.byApplication.get(application) ?? []).map(({ telemetry }) => ({ entry, instanceId: telemetry.instanceId })),
    );
    const listing = { slots, candidates: [], touched: new Set<number>(), madeMs: Number.NEGATIVE_INFINITY };
    for (const [at, { entry, instanceId }] of slots.entries()) {
      const key = entry.instances.get(instanceId)?.key;
      if (key !== undefined) placeOf.set(key, { listing, at });
    }
    listings.set(application, listing);
    return listing;
  };
  const touch = (instanceKey: string): void => {
    const place = placeOf.get(instanceKey);
    place?.listing.touched.add(place.at);
  };
  const rehost = (entry: NodeEntry, before: NodeEntry["byApplication"]): void => {
    for (const [application, instances] of before) {
      listings.delete(application);
      for (const { key } of instances) placeOf.delete(key);
      if (!entry.byApplication.has(application)) removeFrom(hosts, application, entry);
    }
    for (const application of entry.byApplication.keys()) {
      listings.delete(application);
      hosts.set(application, (hosts.get(application) ?? new Set()).add(entry));
    }
  };
  return {
    read(application) {
      if (!hosts.has(application)) return [];
      const listing = listings.get(application) ?? list(application);
      const isOld = !isTold || now() - listing.madeMs >= REFRESH_MS;
      if (isOld) refreshAll(listing);
      else if (listing.touched.size > 0) refreshTouched(listing);
      return listing.candidates;
    },
    touch,
    touchNode(entry, before) {
      if (!hasSameInstances(entry.byApplication, before)) return rehost(entry, before);
      for (const { key } of entry.instances.values()) touch(key);
    },
  };
}

function removeFrom(hosts: Map<string, Set<NodeEntry>>, application: string, entry: NodeEntry): void {
  const nodes = hosts.get(application);
  nodes?.delete(entry);
  if (nodes?.size === 0) hosts.delete(application);
}

function hasSameInstances(after: NodeEntry["byApplication"], before: NodeEntry["byApplication"]): boolean {
  if (after.size !== before.size) return false;
  for (const [application, instances] of after) {
    const known = before.get(application);
    if (known?.length !== instances.length || !instances.every(({ key }, at) => known[at]?.key === key)) return false;
  }
  return true;
}

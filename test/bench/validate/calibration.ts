import { setTimeout as delay } from "node:timers/promises";
import type { KindToken } from "../../../services/common/bus/index.js";
import type { Planned, Sender } from "./workload.js";

/** What the simulator must know of this machine, measured on the idle mesh. */
export interface MachineFigures {
  /** From sending a small request to its answer, less its service time, by kind: mean, as the simulator knows no tail of it. A function has a hop more than a server. */
  readonly roundTripMs: Readonly<Partial<Record<KindToken, number>>>;
  /** From the means of large and small requests to the VM. */
  readonly bandwidthBytesPerSecond: number;
  /** Mean of what a first request waits for a worker of a function. */
  readonly coldStartMs: number;
}

const REQUESTS = 20;
/** Between two requests, as in the workload: a mesh that rests between requests answers slower than one that is kept busy. */
const PAUSE_MS = 100;
const WORK_MS = 20;
const SMALL_BYTES = 2 * 1024;
const LARGE_BYTES = 2 * 1024 * 1024;
/** Workers that are started one by one while those before are busy. */
const COLD_STARTS = 3;
const BUSY_MS = 2500;
const APART_MS = 500;

/** Measures cold starts, then round trips and bandwidth with everything warm. */
export async function measureMachine(sender: Sender, kinds: readonly KindToken[]): Promise<MachineFigures> {
  const firstAnswersMs = await coldAnswers(sender);
  const roundTripMs: Partial<Record<KindToken, number>> = {};
  for (const kind of kinds) {
    // The first ones pay for connections and for code that is not yet compiled.
    await overheads(sender, SMALL_BYTES, kind);
    roundTripMs[kind] = meanOf(await overheads(sender, SMALL_BYTES, kind));
  }
  const large = meanOf(await overheads(sender, LARGE_BYTES, "vm"));
  const perByteMs = Math.max(1e-9, (large - (roundTripMs.vm ?? 0)) / (LARGE_BYTES - SMALL_BYTES));
  const coldStartMs = Math.max(1, meanOf(firstAnswersMs) - (roundTripMs.serverless ?? 0));
  return { roundTripMs, bandwidthBytesPerSecond: Math.round(1000 / perByteMs), coldStartMs };
}

async function overheads(sender: Sender, sizeBytes: number, kind: KindToken): Promise<number[]> {
  const found: number[] = [];
  for (let at = 0; at < REQUESTS; at++) {
    const { responseMs, failed } = await sender.send({ sizeBytes, workMs: WORK_MS }, `${kind}-only`);
    if (failed) throw new Error(`a request to ${kind} on an idle mesh failed`);
    found.push(responseMs - WORK_MS);
    await delay(PAUSE_MS);
  }
  return found;
}

/** Each keeps its worker busy until the last has started, so that every one needs a worker of its own. */
async function coldAnswers(sender: Sender): Promise<number[]> {
  const found: number[] = [];
  const busy: Promise<unknown>[] = [];
  for (let at = 0; at < COLD_STARTS; at++) {
    const one: Omit<Planned, "atMs"> = { sizeBytes: SMALL_BYTES, workMs: BUSY_MS - at * APART_MS };
    busy.push(sender.send(one, "serverless-only").then(({ responseMs }) => found.push(responseMs - one.workMs)));
    await delay(APART_MS);
  }
  await Promise.all(busy);
  return found;
}

function meanOf(values: readonly number[]): number {
  return values.reduce((sum, one) => sum + one, 0) / Math.max(1, values.length);
}

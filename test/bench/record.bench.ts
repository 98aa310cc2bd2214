import type { MadeDecision } from "../../services/placement/beside/index.js";
import { createBacklog } from "../../services/placement/beside/index.js";
import { POLICIES } from "../../services/placement/policies/index.js";
import { createEncoder } from "../../services/placement/record/encoder.js";
import { decide } from "../../services/placement/scheduler/index.js";
import { expectedWork, instanceKey } from "../../services/placement/state/index.js";
import { seededRandom } from "../support/scheduler-builders.js";
import { createWorld, inputFor } from "./place-world.js";

/**
 * What recording and a shadow cost a decision: at once (handing it over), and afterwards (encoding it; a shadow costs one more decision). Fails when
 * handing over costs more than a twentieth of a decision with its reservation and learning. `node dist/test/bench/record.bench.js [--json]`.
 */

const SIZES = [10, 100, 1000] as const;
const DECISIONS = 20_000;
const BATCH = 500;
const HELD = 8;
const MOST_HAND_OVER_RATIO = 1.05;

interface Result {
  readonly instances: number;
  readonly decideUs: number;
  /** (deciding + handing over) / deciding. */
  readonly handOverRatio: number;
  /** (deciding + encoding) / deciding; this is done after the answer. */
  readonly encodeRatio: number;
  readonly bytesPerDecision: number;
}

function measure(instances: number, policyName: string): Result {
  const { clock, reservations, learner, fleet } = createWorld(instances);
  const policy = POLICIES.get(policyName);
  const random = seededRandom(instances);
  const encoder = createEncoder();
  encoder.begin(0);
  const held: MadeDecision[] = [];
  const spent = { decideMs: 0, handOverMs: 0, encodeMs: 0 };
  let bytes = 0;
  const place = (count: number): MadeDecision => {
    clock.ms = 1_000_000 + (count % 2000);
    const input = inputFor(clock.ms, count, Math.round(random() * 400_000));
    const snapshot = fleet.snapshotFor("app");
    const decision = decide(snapshot, input, policy);
    if (decision.type === "refused") throw new Error(decision.message);
    const { nodeId, instanceId } = decision.candidate.instance;
    const key = instanceKey(nodeId, instanceId);
    reservations.reserve(String(count), key, 60_000, expectedWork(decision.candidate, decision.predicted));
    return { snapshot, input, policy, decision, use: "answered", placementId: String(count) };
  };
  const finish = ({ placementId, decision }: MadeDecision): void => {
    if (decision.type === "refused") return;
    const { nodeId, instanceId, kind, application } = decision.candidate.instance;
    reservations.release(placementId);
    const times = { responseMs: 42, serviceMs: 35 + 10 * random(), coldStartMs: 0, expectedWaitMs: 0 };
    learner.report({ application, kind, nodeId, instanceId, outcome: "ok", sizeBytes: 10_000, ...times });
  };
  for (let count = 0; count < DECISIONS; count += BATCH) {
    const made: MadeDecision[] = [];
    spent.decideMs += cpuMsOf(() => {
      for (let at = 0; at < BATCH; at++) {
        const one = place(count + at);
        made.push(one);
        held.push(one);
        const oldest = held.length > HELD ? held.shift() : undefined;
        if (oldest !== undefined) finish(oldest);
      }
    });
    const backlog = createBacklog<MadeDecision>({ limit: BATCH, cpuShare: 1, work: () => undefined, onError: () => undefined });
    spent.handOverMs += cpuMsOf(() => {
      for (const one of made) backlog.add({ ...one });
    });
    spent.encodeMs += cpuMsOf(() => {
      for (const one of made) bytes += encoder.decision(one).length;
    });
    backlog.finish();
  }
  const { decideMs, handOverMs, encodeMs } = spent;
  const ratio = (more: number): number => Number(((decideMs + more) / decideMs).toFixed(3));
  return {
    instances,
    decideUs: Number(((decideMs * 1000) / DECISIONS).toFixed(2)),
    handOverRatio: ratio(handOverMs),
    encodeRatio: ratio(encodeMs),
    bytesPerDecision: Math.round(bytes / DECISIONS),
  };
}

/** Time of the processor, which a busy machine does not stretch. */
function cpuMsOf(run: () => void): number {
  const before = process.cpuUsage();
  run();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}

measure(10, "straightline");
const results = SIZES.map((instances) => measure(instances, "straightline"));
if (process.argv.includes("--json")) console.log(JSON.stringify(results));
else console.table(results);
if (results.some(({ handOverRatio }) => handOverRatio > MOST_HAND_OVER_RATIO)) {
  console.error(`handing a decision over costs more than ${MOST_HAND_OVER_RATIO} of it`);
  process.exitCode = 1;
}

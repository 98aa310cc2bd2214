import { POLICIES } from "../../services/placement/policies/index.js";
import { type Decision, decide } from "../../services/placement/scheduler/index.js";
import { instanceKey } from "../../services/placement/state/index.js";
import { seededRandom } from "../support/scheduler-builders.js";
import { createWorld, inputFor } from "./place-world.js";

/**
 * Decisions per second of each policy on fleets of three sizes: snapshot, decision, reservation, release and learning, as a placement does
 * them. Absolute figures are the machine's; the ratio to least-outstanding is the program's. `node dist/test/bench/place.bench.js [--json]`.
 */

const SIZES = [10, 100, 1000] as const;
/** Long enough to be compiled, short enough for every policy in a minute. */
const RUN_MS = 400;
const HELD = 8;

interface Result {
  readonly policy: string;
  readonly instances: number;
  readonly perSecond: number;
  readonly ratio: number;
}

type Placed = Extract<Decision, { type: "placed" }>;

function measure(policyName: string, instances: number): number {
  const { clock, reservations, learner, fleet } = createWorld(instances);
  const policy = POLICIES.get(policyName);
  const random = seededRandom(instances);
  const held: { readonly id: string; readonly placed: Placed }[] = [];
  const finish = ({ id, placed: { candidate, predicted } }: (typeof held)[number]): void => {
    const { nodeId, instanceId, kind, application } = candidate.instance;
    reservations.release(id);
    const times = { responseMs: 42, serviceMs: 35 + 10 * random(), coldStartMs: 0, expectedWaitMs: predicted.waitMs };
    learner.report({ application, kind, nodeId, instanceId, outcome: "ok", sizeBytes: 10_000, ...times });
  };
  const startMs = cpuMs();
  let count = 0;
  for (; count % 64 !== 0 || cpuMs() - startMs < RUN_MS; count++) {
    // The fleet would be suspect after three seconds without telemetry.
    clock.ms = 1_000_000 + (count % 2000);
    const decision = decide(fleet.snapshotFor("app"), inputFor(clock.ms, count, Math.round(random() * 400_000)), policy);
    if (decision.type === "refused") throw new Error(decision.message);
    const { nodeId, instanceId, concurrency: slots } = decision.candidate.instance;
    const { serviceMs } = decision.predicted;
    reservations.reserve(String(count), instanceKey(nodeId, instanceId), 60_000, {
      delayMs: 0,
      coldStartMs: 0,
      serviceMs,
      slots,
    });
    held.push({ id: String(count), placed: decision });
    const oldest = held.length > HELD ? held.shift() : undefined;
    if (oldest !== undefined) finish(oldest);
  }
  return (count * 1000) / (cpuMs() - startMs);
}

/** Time of the processor, which a busy machine does not stretch. */
function cpuMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

function run(): Result[] {
  return SIZES.flatMap((instances) => {
    measure("least-outstanding", instances);
    const reference = measure("least-outstanding", instances);
    return POLICIES.names.map((policy) => {
      const perSecond = measure(policy, instances);
      return { policy, instances, perSecond: Math.round(perSecond), ratio: Number((perSecond / reference).toFixed(2)) };
    });
  });
}

const results = run();
if (process.argv.includes("--json")) console.log(JSON.stringify(results));
else console.table(results);

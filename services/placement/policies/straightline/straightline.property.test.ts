import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { isDoubtful, mayTake, type Placeable, placeablesOf, randomSituation } from "../../../../test/support/random-situation.js";
import { seededRandom } from "../../../../test/support/scheduler-builders.js";
import { decide, type NodeKind, type PlacementInput } from "../../scheduler/index.js";
import { straightline } from "./straightline.js";

const ROUNDS = 10_000;
const F = 10;
const D = 128 * 1024;

/**
 * The algorithm as the listing has it, line by line, with our answers to what it leaves open. Written from docs/algorithm.md, not from
 * the policy: the two must not share a mistake.
 */
function kindBy(fT: number, rD: number, has: (kind: NodeKind) => boolean): NodeKind | undefined {
  const serverless = has("serverless") ? "serverless" : undefined;
  const sF = has("vm") ? "vm" : undefined;
  const sD = has("container") ? "container" : undefined;
  if (fT > F && rD < D) return serverless ?? sF ?? sD;
  if (rD > D) return sD ?? sF ?? serverless;
  if (sF) return sF;
  if (sD) return sD;
  return serverless;
}

function expected(all: readonly Placeable[], request: PlacementInput): Placeable | undefined {
  const able = all.filter((each) => mayTake(each, request, straightline));
  const trusted = able.filter((each) => !isDoubtful(each));
  const pool = trusted.length > 0 ? trusted : able;
  const { frequency, request: asked } = request;
  const kind = kindBy(frequency.perSecond, asked.sizeBytes, (each) => pool.some(({ instance }) => instance.kind === each));
  const [first] = pool.filter(({ instance }) => instance.kind === kind).sort(byRank(trusted.length > 0));
  return first;
}

/** Fewest requests per slot first, equals by node and instance; among doubtful ones late telemetry, the oldest last, before all that. */
function byRank(isTrusted: boolean): (a: Placeable, b: Placeable) => number {
  const ranks = ({ instance, node }: Placeable): (number | string)[] => [
    isTrusted || node.health === "fresh" ? Number.NEGATIVE_INFINITY : -node.heardAtMs,
    instance.inFlight / instance.concurrency,
    node.nodeId,
    instance.instanceId,
  ];
  return (a, b) => {
    const [x, y] = [ranks(a), ranks(b)];
    const at = x.findIndex((value, index) => value !== y[index]);
    return at < 0 ? 0 : (x[at] as number) < (y[at] as number) ? -1 : 1;
  };
}

describe("straightline", () => {
  it(`decides as an independent transcription of the algorithm does, in ${ROUNDS} random situations`, () => {
    const seen = new Map<string, number>();
    for (let seed = 1; seed <= ROUNDS; seed++) {
      const situation = randomSituation(seededRandom(seed));
      const decision = decide(situation.fleet, situation.request, straightline);
      const taken = decision.type === "placed" ? decision.candidate.instance : undefined;
      const due = expected(placeablesOf(situation), situation.request)?.instance;
      assert.equal(taken?.instanceId, due?.instanceId, `seed ${seed}`);
      const outcome = taken?.kind ?? "refused";
      seen.set(outcome, (seen.get(outcome) ?? 0) + 1);
    }
    // The situations are worth the name: each outcome comes up often.
    for (const outcome of ["vm", "container", "serverless", "refused"])
      assert.ok((seen.get(outcome) ?? 0) > ROUNDS / 50, `${outcome}: ${seen.get(outcome)}`);
  });
});

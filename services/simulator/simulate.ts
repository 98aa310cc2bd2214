import { POLICIES } from "../placement/policies/index.js";
import {
  CLAIRVOYANT,
  type Client,
  clairvoyantDecide,
  createClient,
  createPlacement,
  type Decide,
  type Placement,
  schedulerDecide,
} from "./client/index.js";
import { createEventLoop, type EventLoop } from "./clock/index.js";
import { billOf, createPrices, type Prices } from "./money/index.js";
import { offerRequests } from "./offer-requests.js";
import { placementDefaults } from "./placement-defaults.js";
import { createRecorder, type RunResult } from "./result/index.js";
import type { Scenario } from "./scenario/index.js";
import type { TraceData } from "./workload/index.js";
import { armFaults, buildWorld, startTelemetry, type World } from "./world/index.js";

/** One run. */
export interface SimulateOptions {
  readonly scenario: Scenario;
  /** By workload; undefined where it needs none. */
  readonly traces: readonly (TraceData | undefined)[];
  /** A policy of the registry, or clairvoyant. */
  readonly policy: string;
  readonly seed: number;
  /** Of the policy; they come before those in the scenario. */
  readonly parameters?: Readonly<Record<string, number>>;
}

/** The clock starts here: 0 means "not known" to placement. */
const START_MS = 1_000_000;

/** Names that a run takes. */
export const POLICY_NAMES: readonly string[] = [...POLICIES.names, CLAIRVOYANT];

/** What a run is made of. */
interface Parts {
  readonly loop: EventLoop;
  readonly world: World;
  readonly placement: Placement;
  readonly prices: Prices;
}

/** Runs a scenario under a policy in virtual time. Equal options give an equal result. Throws UNKNOWN_POLICY. */
export function simulate(options: SimulateOptions): RunResult {
  const { scenario, policy, seed } = options;
  const loop = createEventLoop(START_MS);
  const world = buildWorld(loop, scenario);
  const prices = createPrices(scenario.priceCap);
  const placement = createPlacement(loop, placementDefaults());
  const parts: Parts = { loop, world, placement, prices };
  const recorder = createRecorder(world, prices);
  const client = createClient({ loop, world, placement, onEnded: recorder.ended });
  placement.start(deciderOf(options, parts), client);
  startWorld(options, parts, client);
  offerRequests(options, { loop, world, client, recorder });
  loop.run(recorder.isDone);
  const names = scenario.applications.map(({ name }) => name);
  const bill = billOf(world, names, recorder.lastOfferedMs() - START_MS, prices);
  return { scenario: scenario.name, policy, seed, ...recorder.figures(bill) };
}

function deciderOf({ scenario, policy, parameters = {} }: SimulateOptions, { loop, world, placement, prices }: Parts): Decide {
  if (policy === CLAIRVOYANT) return clairvoyantDecide(world, prices);
  const { fleet, frequency } = placement;
  return schedulerDecide({
    policy: POLICIES.get(policy),
    parameters: {
      ...placementDefaults().parameters,
      priceCap: scenario.priceCap,
      ...scenario.parameters,
      ...parameters,
    },
    ...{ fleet, frequency, now: loop.now },
  });
}

function startWorld({ scenario, seed }: SimulateOptions, { loop, world, placement }: Parts, client: Client): void {
  const bus = { isAway: false };
  const telemetry = { loop, settings: scenario.telemetry, bus, seed, take: placement.fleet.accept };
  for (const node of world.nodes) startTelemetry(telemetry, node);
  armFaults(scenario, { loop, startMs: loop.now(), bus, nodesOf: world.nodesOf, onNodeLost: client.onNodeLost });
}

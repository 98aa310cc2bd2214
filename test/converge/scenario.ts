import type { Application } from "../../proto/gen/straightline/v1/Application.js";
import type { NodeKind } from "../../proto/gen/straightline/v1/NodeKind.js";
import { pick, seededRandom } from "../support/scheduler-builders.js";

/** What is desired of an application. */
export interface Wanted {
  readonly version: string;
  readonly replicas: number;
}

/** What an operator does in one round. */
export type Act =
  | { readonly type: "deploy" | "scale"; readonly name: string; readonly wanted: Wanted }
  | { readonly type: "deploy-broken" | "undeploy" | "rollback"; readonly name: string };

/** What is killed, when, and for how long. */
export interface Blow {
  readonly victim: "placement" | "agent" | "nats";
  /** Which of them. */
  readonly index: number;
  readonly afterMs: number;
  readonly downMs: number;
}

/** One round. */
export interface Round {
  readonly act: Act;
  readonly blow: Blow;
}

const NAMES = ["alpha", "beta"] as const;
/** Runs as containers, where there is an engine. */
const CONTAINER_NAME = "gamma";
/** Long enough for a node to be lost. */
const LONG_OUTAGE_MS = 6000;
const LONG_OUTAGE_EVERY = 20;

/** The one form of an application. */
export function kindOf(name: string): NodeKind {
  return name === CONTAINER_NAME ? "NODE_KIND_CONTAINER" : "NODE_KIND_VM";
}

/** Who there is: VM agents first, then, where there is an engine, a container agent. */
export interface Cast {
  readonly placements: number;
  readonly vmAgents: number;
  readonly withContainers: boolean;
}

/** The round of a seed, given what is desired before it. */
export function roundOf(seed: number, wanted: ReadonlyMap<string, Wanted>, cast: Cast): Round {
  const random = seededRandom(seed);
  const name = pick(random, cast.withContainers ? [...NAMES, CONTAINER_NAME] : NAMES);
  const act = actOn(name, wanted.get(name), seed, random);
  const isLong = seed % LONG_OUTAGE_EVERY === 0;
  const victim = isLong ? "agent" : pick(random, ["placement", "placement", "agent", "nats"] as const);
  const downMs = isLong ? LONG_OUTAGE_MS : Math.floor(random() * 800);
  const draw = random();
  // An agent is most at risk while it acts.
  const agent = name === CONTAINER_NAME ? cast.vmAgents : Math.floor(draw * cast.vmAgents);
  const index = victim === "agent" ? agent : Math.floor(draw * cast.placements);
  return { act, blow: { victim, index, afterMs: Math.floor(random() * 700), downMs } };
}

function actOn(name: string, known: Wanted | undefined, seed: number, random: () => number): Act {
  const replicas = 1 + Math.floor(random() * 3);
  const deploy = { type: "deploy", name, wanted: { version: `v${seed}`, replicas } } as const;
  if (known === undefined) return deploy;
  const draw = random();
  if (draw < 0.4) return deploy;
  if (draw < 0.6) return { type: "scale", name, wanted: { ...known, replicas } };
  if (draw < 0.75) return { type: "deploy-broken", name };
  return { type: draw < 0.87 ? "rollback" : "undeploy", name };
}

/** The application as it is deployed; broken, it ends at its start. */
export function applicationOf(
  name: string,
  { version, replicas }: Wanted,
  artifact: Application["artifact"],
  broken = false,
): Application {
  return {
    name,
    artifact: artifact ?? null,
    implementations: [
      {
        kind: kindOf(name),
        resources: { cpuMillicores: 50, memoryBytes: 256 * 1024 ** 2 },
        replicas,
        environment: { VERSION: version, ...(broken ? { FAIL: "start" } : {}) },
      },
    ],
    readyPath: "/ready",
    rollout: { maxFailedStarts: 2 },
  };
}

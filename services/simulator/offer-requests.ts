import type { Application, Client } from "./client/index.js";
import type { EventLoop } from "./clock/index.js";
import type { Recorder } from "./result/index.js";
import type { ApplicationScenario, Scenario } from "./scenario/index.js";
import { createRequestSources, type RequestSource, type TraceData } from "./workload/index.js";
import type { World } from "./world/index.js";

/** Whose requests they are. */
export interface Offer {
  readonly scenario: Scenario;
  readonly traces: readonly (TraceData | undefined)[];
  readonly seed: number;
}

/** Where they go. */
export interface OfferTargets {
  readonly loop: EventLoop;
  readonly world: World;
  readonly client: Client;
  readonly recorder: Recorder;
}

/** Lets the requests of every workload come in their time, from now on; each workload has one of them lying ahead. */
export function offerRequests({ scenario, traces, seed }: Offer, { loop, world, client, recorder }: OfferTargets): void {
  const applications = new Map(scenario.applications.map((one) => [one.name, applicationOf(one, world)]));
  const startMs = loop.now();
  const sources = createRequestSources(scenario, traces, seed, (name, over) => homesOf(world, name, over));
  let left = scenario.requests ?? Number.POSITIVE_INFINITY;
  let running = sources.length;
  const offerNext = (source: RequestSource): void => {
    const offered = source();
    const application = applications.get(offered?.application ?? "");
    if (offered === undefined || application === undefined) {
      running -= 1;
      if (running === 0) recorder.allOffered();
      return;
    }
    loop.at(startMs + offered.atMs, () => {
      if (left <= 0) return;
      left -= 1;
      if (left === 0) recorder.allOffered();
      recorder.offered(offered, application.scenario.timeoutMs, loop.now());
      client.send(offered, application);
      offerNext(source);
    });
  };
  sources.forEach(offerNext);
}

/** A form's limit is that of its most generous instance. */
function applicationOf(scenario: ApplicationScenario, world: World): Application {
  const kinds = [...new Set(world.instancesOf(scenario.name).map(({ node }) => node.kind))];
  const implementations = kinds.map((kind) => {
    const instances = world.instancesOf(scenario.name).filter(({ node }) => node.kind === kind);
    const limits = instances.map(({ settings }) => settings.payloadLimitBytes);
    return { kind, payloadLimitBytes: limits.includes(0) ? 0 : Math.max(...limits) };
  });
  return { scenario, implementations };
}

/** Nodes or zones that hold instances of an application, but for functions, which hold no data. */
function homesOf(world: World, application: string, over: "node" | "zone"): string[] {
  const nodes = world.instancesOf(application).flatMap(({ node }) => (node.kind === "serverless" ? [] : [node]));
  const ids = nodes.map((node) => (over === "node" ? node.name : node.group.zone)).filter((id) => id !== "");
  return [...new Set(ids)].sort();
}

import { hashInstance } from "../../placement/scheduler/index.js";
import type { EventLoop } from "../clock/index.js";
import { type ApplicationScenario, type Form, nodeNames, type Scenario } from "../scenario/index.js";
import { createFunction } from "./function.js";
import { createNode } from "./node.js";
import { createServer } from "./server.js";
import type { InstanceSettings, SimInstance, SimNode } from "./types.js";

/** The fleet with its instances. */
export interface World {
  readonly nodes: readonly SimNode[];
  /** Of a node's name, or of a group's. */
  nodesOf(name: string): readonly SimNode[];
  instancesOf(application: string): readonly SimInstance[];
  instance(instanceId: string): SimInstance;
}

/** Builds a scenario's fleet, everything up and idle. */
export function buildWorld(loop: EventLoop, { fleet, applications }: Scenario): World {
  const nodes = fleet.flatMap((group) => nodeNames(group).map((name) => createNode(loop, group, name, hashInstance(name, ""))));
  const byApplication = new Map<string, SimInstance[]>();
  const byId = new Map<string, SimInstance>();
  const nextOf = new Map<string, number>();
  for (const application of applications) {
    const instances = place(application, nodes, nextOf).map(({ node, settings }) => {
      const create = node.kind === "serverless" ? createFunction : createServer;
      const instance = create(loop, node, settings);
      node.instances.push(instance);
      byId.set(settings.instanceId, instance);
      return instance;
    });
    byApplication.set(application.name, instances);
  }
  return {
    nodes,
    nodesOf: (name) => nodes.filter((node) => node.name === name || node.group.name === name),
    instancesOf: (application) => byApplication.get(application) ?? [],
    instance(instanceId) {
      const instance = byId.get(instanceId);
      if (instance === undefined) throw new Error(`the simulator has no instance ${instanceId}`);
      return instance;
    },
  };
}

interface Place {
  readonly node: SimNode;
  readonly settings: InstanceSettings;
}

/** Deals instances out to the nodes of their kind in turn, each application going on where the one before ended. */
function place({ name, forms }: ApplicationScenario, nodes: readonly SimNode[], nextOf: Map<string, number>): Place[] {
  return Object.entries(forms).flatMap(([kind, form]) => {
    const fitting = nodes.filter((node) => node.kind === kind);
    return Array.from({ length: form.instances }, (_, at) => {
      const next = nextOf.get(kind) ?? 0;
      nextOf.set(kind, next + 1);
      const node = fitting[next % fitting.length];
      if (node === undefined) throw new Error(`${name}: no ${kind} node; the scenario was not checked`);
      return { node, settings: settingsOf(name, `${name}-${kind}-${at}`, form, node) };
    });
  });
}

/** What a form says of its own comes before what its node's group says. */
function settingsOf(application: string, instanceId: string, form: Form, { name, group }: SimNode): InstanceSettings {
  return {
    ...{ instanceId, application, form, assignment: `${application}.0` },
    concurrency: form.concurrency ?? group.concurrency,
    queue: form.queue ?? group.queue,
    payloadLimitBytes: form.payloadLimitBytes ?? group.payloadLimitBytes,
    coldStartMs: form.coldStartMs ?? group.coldStartMs,
    keepAliveMs: form.keepAliveMs ?? group.keepAliveMs,
    hash: hashInstance(name, instanceId),
  };
}

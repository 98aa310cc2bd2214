import type {
  Candidate,
  Constraints,
  FleetSnapshot,
  InstanceView,
  NodeKind,
  NodeView,
  PlacementInput,
} from "../../services/placement/scheduler/index.js";
import { APPLICATION, instance, node, snapshot } from "../support/scheduler-builders.js";

/** A command with the lines above its `----` and the expected output below it. */
export interface Block {
  readonly source: string;
  readonly expected: string;
}

/** What a scenario's commands have built up so far. */
export interface Scenario {
  fleet: FleetSnapshot;
  readonly forms: PlacementInput["implementations"];
  readonly parameters: Readonly<Record<string, number>>;
}

/** A `place` or `burst` command. */
export interface PlaceCommand {
  readonly policy: string;
  readonly input: PlacementInput;
  /** Requests of a burst, one after the other; 1 for `place`. */
  readonly count: number;
}

/** Splits a scenario file: blocks are divided by blank lines; `#` begins a comment, which belongs to the block below it. */
export function readBlocks(text: string): Block[] {
  return text
    .trimEnd()
    .split(/\n{2,}/)
    .map((block) => {
      const [source, expected = ""] = block.split(/^----\n?/m);
      return { source: (source ?? "").trimEnd(), expected: expected.trimEnd() };
    });
}

/** Writes blocks as readBlocks reads them. */
export function writeBlocks(blocks: readonly Block[]): string {
  return `${blocks.map(({ source, expected }) => (expected === "" ? source : `${source}\n----\n${expected}`)).join("\n\n")}\n`;
}

/** Lines of a block that are not comments. */
export function linesOf({ source }: Block): string[] {
  return source.split("\n").filter((line) => !line.startsWith("#") && line.trim() !== "");
}

/**
 * Reads a `cluster` block: `F=10 D=128KiB forms=vm,serverless:6MiB` behind the command, then lines
 * `node ID KIND [health=] [age=] [scheduling=] [zone=] [label=NAME:VALUE] [bandwidth=PER_SECOND]` and, under a node,
 * `instance ID [state=] [slots=] [busy=] [queued=] [limit=] [suspect] [throttled] [served=COUNT:MS] [cold=COUNT:MS] [idle=]`.
 */
export function readCluster([head = "", ...lines]: readonly string[]): Scenario {
  const options = readOptions(head.split(/\s+/).slice(1));
  const nodes: NodeView[] = [];
  const instances: InstanceView[] = [];
  for (const line of lines) {
    const [what, id = "", ...words] = line.trim().split(/\s+/);
    const on = nodes.at(-1);
    if (what === "node") nodes.push(readNode(id, words));
    else if (what === "instance" && on !== undefined) instances.push(readInstance(on, id, words));
    else throw new Error(`cannot read: ${line}`);
  }
  return {
    fleet: snapshot(nodes, instances),
    forms: readForms(options["forms"] ?? "vm,container,serverless:6MiB"),
    parameters: { F: Number(options["F"] ?? 10), D: sizeOf(options["D"] ?? "128KiB") },
  };
}

/** The scenario after a request has been placed: it holds a slot. */
export function reserve(scenario: Scenario, { instance: taken }: Candidate): Scenario {
  const { nodes, instances } = scenario.fleet;
  const held = instances.map((each) => (each === taken ? { ...each, inFlight: each.inFlight + 1 } : each));
  return { ...scenario, fleet: { nodes, instances: held } };
}

/** Reads `place [policy=] [f=] [size=] [kinds=a,b] [zones=] [label=NAME:VALUE] [exclude=ID,ID]`, or `burst count=N` with the same. */
export function readPlace(line: string, { forms, parameters }: Scenario): PlaceCommand {
  const options = readOptions(line.split(/\s+/).slice(1));
  return {
    policy: options["policy"] ?? "straightline",
    count: Number(options["count"] ?? 1),
    input: {
      nowMs: 1_000_000,
      seed: 0,
      request: {
        application: APPLICATION,
        sizeBytes: sizeOf(options["size"] ?? "8KiB"),
        constraints: readConstraints(options),
      },
      implementations: forms,
      frequency: { perSecond: Number(options["f"] ?? 1), isHint: false },
      parameters,
    },
  };
}

type Options = Readonly<Record<string, string>>;

function readOptions(words: readonly string[]): Options {
  return Object.fromEntries(
    words.map((word) => {
      const at = word.indexOf("=");
      return at < 0 ? [word, "yes"] : [word.slice(0, at), word.slice(at + 1)];
    }),
  );
}

function readNode(id: string, [kind = "", ...words]: readonly string[]): NodeView {
  const options = readOptions(words);
  return node(id, kind as NodeKind, {
    health: (options["health"] ?? "fresh") as NodeView["health"],
    ageMs: Number(options["age"] ?? 100),
    scheduling: (options["scheduling"] ?? "open") as NodeView["scheduling"],
    zone: options["zone"] ?? "",
    labels: readLabel(options),
    networkBytesPerSecond: sizeOf(options["bandwidth"] ?? "0"),
  });
}

function readInstance(on: NodeView, id: string, words: readonly string[]): InstanceView {
  const options = readOptions(words);
  return instance(on, id, {
    state: (options["state"] ?? "ready") as InstanceView["state"],
    concurrency: Number(options["slots"] ?? 1),
    inFlight: Number(options["busy"] ?? 0),
    queued: Number(options["queued"] ?? 0),
    payloadLimitBytes: sizeOf(options["limit"] ?? "0"),
    suspect: options["suspect"] !== undefined,
    throttled: options["throttled"] !== undefined,
    serviceTime: readDurations(options["served"]),
    coldStart: readDurations(options["cold"]),
    idleWorkers: options["idle"] === undefined ? undefined : Number(options["idle"]),
  });
}

function readConstraints(options: Options): Constraints {
  return {
    kinds: readList(options["kinds"]) as NodeKind[],
    nodeLabels: readLabel(options),
    zones: readList(options["zones"]),
    excludedInstanceIds: readList(options["exclude"]),
  };
}

function readForms(text: string): PlacementInput["implementations"] {
  return readList(text).map((form) => {
    const [kind = "", limit = "0"] = form.split(":");
    return { kind: kind as NodeKind, payloadLimitBytes: sizeOf(limit) };
  });
}

function readLabel({ label }: Options): Record<string, string> {
  const [name, value = ""] = label?.split(":") ?? [];
  return name === undefined ? {} : { [name]: value };
}

function readList(text: string | undefined): string[] {
  return text === undefined ? [] : text.split(",");
}

function readDurations(text: string | undefined): { count: number; sumMs: number } {
  const [count = 0, sumMs = 0] = text?.split(":").map(Number) ?? [];
  return { count, sumMs };
}

const UNITS: Readonly<Record<string, number>> = { B: 1, KiB: 1024, MiB: 1024 ** 2 };

function sizeOf(text: string): number {
  const match = /^(\d+)(B|KiB|MiB)?$/.exec(text);
  if (match === null) throw new Error(`cannot read the size ${text}`);
  return Number(match[1]) * (UNITS[match[2] ?? "B"] ?? 1);
}

import { StraightLineError } from "../../common/errors/index.js";
import {
  ATTRIBUTE,
  METRIC,
  type Metrics,
  SPAN,
  type SpanOptions,
  type TraceSpan,
  type Tracing,
  withSpan,
} from "../../common/observe/index.js";
import type { InstanceStats } from "../../common/wire/index.js";
import type { Model } from "../models/index.js";
import type { Tensor } from "../tensors/index.js";
import type { Deadline } from "./deadline.js";
import type { SlotOptions, Ticket } from "./slots.js";
import { createSlots } from "./slots.js";
import { createOutcomeCounter } from "./stats.js";

/** An inference as both transports ask for it. */
export interface InferenceCall {
  /** The caller's own id, echoed; empty: none. */
  readonly id: string;
  readonly inputs: readonly Tensor[];
  /** Names of the wanted outputs; empty: all. */
  readonly wantedOutputs: readonly string[];
}

/** An inference's answer. */
export interface InferenceAnswer {
  readonly outputs: readonly Tensor[];
  /** Time spent serving, milliseconds, without waiting. */
  readonly serviceMs: number;
}

/** Serves the models' requests within bounds, whatever transport they came by. */
export interface InferenceService {
  /** Names of the models, in order. */
  readonly modelNames: readonly string[];
  /** The model of a name, or throws UNKNOWN_MODEL. An empty version means the server's choice. */
  model(name: string, version: string): Model;
  /** False once draining has begun. */
  readonly ready: boolean;
  /**
   * Serves one request in two steps: takes a place, then has `read` give the call, then waits for a slot and runs it. Rejects with
   * OVERLOADED or DRAINING before `read` is called.
   */
  infer(request: InferenceRequest): Promise<InferenceAnswer>;
  stats(): InstanceStats;
  /** Refuses new requests; resolves when the held ones are answered. */
  drain(): Promise<void>;
}

/** One request for the service. */
export interface InferenceRequest {
  readonly model: Model;
  /** Gives the call; called once, when there is room for it. */
  readonly read: () => Promise<InferenceCall>;
  /** Since when the call has been read, milliseconds since the Unix epoch; absent: since `read` is called. */
  readonly readSinceMs?: number | undefined;
  readonly deadline: Deadline;
  /** The server span of the request. */
  readonly span: TraceSpan;
}

/** What the service is made of. */
export interface InferenceServiceParts {
  readonly models: ReadonlyMap<string, Model>;
  readonly tracing: Tracing;
  readonly metrics: Metrics;
  readonly slots: SlotOptions;
  /** Monotonic clock, milliseconds. */
  readonly now: () => number;
}

/** Creates the service around loaded models. */
export function createInferenceService(parts: InferenceServiceParts): InferenceService {
  const slots = createSlots(parts.slots);
  const outcomes = createOutcomeCounter();
  const durations = parts.metrics.histogram(METRIC.modelDuration);
  parts.metrics.observe(METRIC.modelActive, (set) => set(slots.runningCount));
  parts.metrics.observe(METRIC.modelQueued, (set) => set(slots.waitingCount));
  return {
    modelNames: [...parts.models.keys()],
    model: (name, version) => findModel(parts.models, name, version),
    get ready() {
      return !slots.draining;
    },
    async infer(request) {
      let ticket: Ticket | undefined;
      const startedMs = parts.now();
      let result: string = "ok";
      try {
        ticket = slots.admit();
        const answer = await serve(parts, ticket, request);
        outcomes.served(answer.serviceMs);
        return answer;
      } catch (thrown) {
        const error = StraightLineError.from(thrown);
        outcomes.failed(error);
        result = error.code;
        throw error;
      } finally {
        ticket?.release();
        durations.record((parts.now() - startedMs) / 1000, request.model.metadata.name, result);
      }
    },
    stats: () => ({ inFlight: slots.runningCount, queued: slots.waitingCount, ...outcomes.read() }),
    drain: () => slots.drain(),
  };
}

async function serve(parts: InferenceServiceParts, ticket: Ticket, request: InferenceRequest): Promise<InferenceAnswer> {
  const { model, deadline, span } = request;
  const stage = createStage(parts.tracing, span);
  const call = await stage(SPAN.modelRead, request.read, request.readSinceMs);
  const waitingSinceMs = parts.now();
  await stage(SPAN.modelQueue, () => ticket.run(deadline.signal));
  deadline.begin();
  const startedMs = parts.now();
  span.set({ [ATTRIBUTE.waitedMs]: startedMs - waitingSinceMs });
  const outputs = await model.infer(call.inputs, call.wantedOutputs, { signal: deadline.signal, stage });
  return { outputs, serviceMs: parts.now() - startedMs };
}

/** Runs a step under a child of the request's span. */
function createStage(
  tracing: Tracing,
  parent: TraceSpan,
): <T>(name: string, work: () => Promise<T>, startTimeMs?: number) => Promise<T> {
  return (name, work, startTimeMs) => (parent.recording ? withSpan(tracing, name, spanBelow(parent, startTimeMs), work) : work());
}

function spanBelow({ traceparent: parent }: TraceSpan, startTimeMs: number | undefined): SpanOptions {
  return startTimeMs === undefined ? { parent } : { parent, startTimeMs };
}

function findModel(models: ReadonlyMap<string, Model>, name: string, version: string): Model {
  const model = models.get(name);
  const known = [...models.keys()].join(", ");
  if (model === undefined) throw new StraightLineError("UNKNOWN_MODEL", `there is no model "${name}"; there is ${known}`);
  const { versions } = model.metadata;
  if (version !== "" && !versions.includes(version)) {
    throw new StraightLineError("UNKNOWN_MODEL", `model "${name}" has no version "${version}"; it has ${versions.join(", ")}`);
  }
  return model;
}

/** Starts the server span of a request, which continues the caller's trace. */
export function startRequestSpan(
  tracing: Tracing,
  traceparent: string | undefined,
  model: string,
  startTimeMs?: number,
): TraceSpan {
  const began = startTimeMs === undefined ? {} : { startTimeMs };
  return tracing.start(SPAN.modelInfer, {
    role: "server",
    parent: traceparent,
    attributes: { [ATTRIBUTE.model]: model },
    ...began,
  });
}

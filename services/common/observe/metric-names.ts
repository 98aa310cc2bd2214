import type { CounterDefinition, GaugeDefinition, HistogramDefinition, Unit } from "./instruments.js";
import { ATTRIBUTE } from "./names.js";

/** Attributes that only metrics have; the others are those of spans. Each has few values, or values that the fleet bounds. */
export const LABEL = {
  rpcSystem: "rpc.system.name",
  cpuMode: "cpu.mode",
  outcome: "straightline.outcome",
  result: "straightline.result",
  rule: "straightline.rule",
  health: "straightline.node.health",
  scheduling: "straightline.node.scheduling",
  state: "straightline.instance.state",
  direction: "straightline.direction",
  shadowPolicy: "straightline.shadow.policy",
  shadowKind: "straightline.shadow.kind",
  shadowAgreement: "straightline.shadow.agreement",
  side: "straightline.shadow.side",
  jobName: "straightline.job.name",
  jobState: "straightline.job.state",
  certificateUse: "straightline.certificate.use",
} as const;

const { application, kind, policy, model, stage } = ATTRIBUTE;

/** Those that OpenTelemetry's conventions advise for the duration of an HTTP or RPC call. */
const CALL_SECONDS = [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10] as const;

/**
 * A warm answer takes 5 to 100 ms and has the finest buckets, so that a p95 there is right within a third; a function's cold start adds 0.1 to 1 s,
 * and a request that waits for an instance to start may take half a minute.
 */
const RESPONSE_SECONDS = [0.005, 0.01, 0.015, 0.02, 0.03, 0.05, 0.075, 0.1, 0.15, 0.25, 0.5, 1, 2.5, 5, 10, 30] as const;

/** A worker forks in 0.1 s, a container starts in half a second, a model loads in seconds, an image is built or pulled in minutes. */
const START_SECONDS = [0.05, 0.1, 0.15, 0.2, 0.35, 0.5, 0.75, 1, 2, 5, 10, 30, 60, 180] as const;

/** A decision over ten instances takes about 10 us, over a thousand about 1 ms. */
const DECIDE_SECONDS = [0.00001, 0.000025, 0.00005, 0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.05] as const;

/** Symmetric around 1, which is a prediction that came true; beyond 2 it is a misprediction. */
const RATIO = [0.1, 0.25, 0.5, 0.67, 0.8, 0.9, 1, 1.1, 1.25, 1.5, 2, 4, 10] as const;

/** Telemetry comes each second; a node is suspect after three ticks and lost after ten. */
const AGE_SECONDS = [0.1, 0.25, 0.5, 0.75, 1, 1.25, 1.5, 2, 3, 5, 10, 30] as const;

/** A gate is judged in a second, a small model trained in minutes, a large one in hours or days. */
const JOB_SECONDS = [1, 5, 15, 30, 60, 120, 300, 600, 1800, 3600, 7200, 21_600, 86_400] as const;

function counter<const L extends readonly string[]>(
  name: string,
  unit: Unit,
  labels: L,
  description: string,
): CounterDefinition<L> {
  return { type: "counter", name, unit, labels, description };
}

function gauge<const L extends readonly string[]>(name: string, unit: Unit, labels: L, description: string): GaugeDefinition<L> {
  return { type: "gauge", name, unit, labels, description };
}

function histogram<const L extends readonly string[]>(
  name: string,
  unit: Unit,
  bounds: readonly number[],
  labels: L,
  description: string,
): HistogramDefinition<L> {
  return { type: "histogram", name, unit, bounds, labels, description };
}

/** Every metric of every process. Names of OpenTelemetry's semantic conventions where they exist, else `straightline.*`. */
export const METRIC = {
  processUptime: gauge("process.uptime", "s", [], "Time since the process started"),
  processCpuTime: counter("process.cpu.time", "s", [LABEL.cpuMode], "CPU time that the process has used"),
  processMemory: gauge("process.memory.usage", "By", [], "Memory of the process that is in RAM"),
  eventLoopUtilization: gauge(
    "nodejs.eventloop.utilization",
    "1",
    [],
    "Share of time the event loop was busy since this was last read",
  ),

  certificateExpiry: gauge(
    "straightline.certificate.expiry.timestamp",
    "s",
    [LABEL.certificateUse],
    "When a certificate that the process has read ends, in seconds since the Unix epoch: of its listener, or of what it shows to others",
  ),

  rpcDuration: histogram(
    "rpc.server.call.duration",
    "s",
    CALL_SECONDS,
    [LABEL.rpcSystem, ATTRIBUTE.rpcMethod, ATTRIBUTE.rpcStatus],
    "Duration of unary gRPC calls, by status",
  ),
  httpDuration: histogram(
    "http.server.request.duration",
    "s",
    CALL_SECONDS,
    [ATTRIBUTE.httpMethod, ATTRIBUTE.httpRoute, ATTRIBUTE.httpStatus],
    "Duration of HTTP requests, by route and status",
  ),

  decisions: counter(
    "straightline.placement.decisions",
    "{decision}",
    [application, policy, kind, LABEL.result, LABEL.rule],
    "Decisions: the result is placed or the error's code; the rule is what the policy went by, or why nothing could take the request",
  ),
  decideDuration: histogram("straightline.placement.decide.duration", "s", DECIDE_SECONDS, [policy], "Time that a decision took"),
  waitDuration: histogram(
    "straightline.placement.wait.duration",
    "s",
    RESPONSE_SECONDS,
    [application],
    "Time that placed requests waited for capacity, those that waited at all",
  ),
  waiting: gauge("straightline.placement.waiting", "{request}", [application], "Requests that wait for capacity now"),
  decisionAge: histogram(
    "straightline.placement.telemetry.age",
    "s",
    AGE_SECONDS,
    [kind],
    "Age of the chosen node's telemetry at the decision",
  ),
  reports: counter(
    "straightline.placement.reports",
    "{report}",
    [application, kind, LABEL.outcome],
    "Outcomes that clients have reported",
  ),
  responseDuration: histogram(
    "straightline.response.duration",
    "s",
    RESPONSE_SECONDS,
    [application, kind, LABEL.outcome],
    "Response times that clients have reported",
  ),
  predictionError: histogram(
    "straightline.prediction.error",
    "s",
    RESPONSE_SECONDS,
    [application, kind, LABEL.direction],
    "Difference of the reported and the predicted response time; over: it took less than predicted, under: it took more",
  ),
  predictionRatio: histogram(
    "straightline.prediction.ratio",
    "1",
    RATIO,
    [application, kind],
    "Reported response time divided by the predicted one",
  ),
  coldStarts: counter("straightline.cold_starts", "{start}", [application, kind], "Requests that paid a cold start"),
  coldStartDuration: histogram(
    "straightline.cold_start.duration",
    "s",
    START_SECONDS,
    [application, kind],
    "What a request that paid a cold start paid",
  ),
  cost: counter(
    "straightline.cost",
    "{currency}",
    [application, kind],
    "Price of reported requests, in the operator's currency, by the prices that agents tell; an instance that is there anyway costs nothing more",
  ),
  shadowDecisions: counter(
    "straightline.shadow.decisions",
    "{decision}",
    [LABEL.shadowPolicy, kind, LABEL.shadowKind],
    "Decisions made by the shadow as well: where the active policy sent the request, and where the shadow would have; or refused",
  ),
  shadowAgreed: counter(
    "straightline.shadow.agreed",
    "{decision}",
    [LABEL.shadowPolicy, LABEL.shadowAgreement],
    "Of them, those in which both chose the same kind, or the same instance",
  ),
  shadowPredicted: counter(
    "straightline.shadow.predicted.time",
    "s",
    [LABEL.shadowPolicy, LABEL.side],
    "Sum of the predicted response times of what the active policy, and the shadow, chose, over decisions that both placed with one",
  ),
  shadowPredictedDecisions: counter(
    "straightline.shadow.predicted.decisions",
    "{decision}",
    [LABEL.shadowPolicy],
    "Decisions that both placed with a predicted response time",
  ),
  shadowMissed: counter(
    "straightline.shadow.missed",
    "{decision}",
    [LABEL.shadowPolicy, LABEL.result],
    "Decisions that the shadow skipped for want of time, or failed at",
  ),

  reservations: gauge("straightline.reservations", "{slot}", [], "Slots held for placed requests now"),
  reservationLeaks: gauge(
    "straightline.reservation.leaks",
    "{slot}",
    [],
    "Slots still held a second after their lease has ended: a fault of placement, always 0",
  ),
  leasesExpired: counter(
    "straightline.leases.expired",
    "{lease}",
    [application],
    "Leases that ran out without a report: clients that died or do not report",
  ),
  frequency: gauge("straightline.frequency", "{request}/s", [application], "Request frequency f_t as the policies see it"),
  nodes: gauge("straightline.nodes", "{node}", [kind, LABEL.health, LABEL.scheduling], "Nodes by trust in their telemetry"),
  nodeAgeMax: gauge(
    "straightline.node.telemetry.age.max",
    "s",
    [kind],
    "Age of the oldest telemetry among nodes that are not lost",
  ),
  instances: gauge(
    "straightline.instances",
    "{instance}",
    [application, kind, LABEL.state],
    "Instances by state, as their agents see them",
  ),
  slots: gauge("straightline.slots", "{slot}", [application, kind], "Requests that ready instances can serve at a time"),
  telemetryDropped: counter("straightline.telemetry.dropped", "{message}", [], "Telemetry that was not taken in"),

  jobs: gauge("straightline.jobs", "{job}", [LABEL.jobState], "Jobs that are kept, by state"),
  jobsWaiting: gauge("straightline.jobs.waiting", "{job}", [], "Jobs whose next stage finds no node with room for it"),
  jobsFinished: counter(
    "straightline.jobs.finished",
    "{job}",
    [LABEL.result],
    "Jobs that have ended: succeeded, failed or cancelled",
  ),
  jobDuration: histogram(
    "straightline.job.duration",
    "s",
    JOB_SECONDS,
    [LABEL.jobName, LABEL.result],
    "Time from the submit of a job to its end",
  ),
  jobAttemptDuration: histogram(
    "straightline.job.attempt.duration",
    "s",
    JOB_SECONDS,
    [LABEL.jobName, stage, LABEL.result],
    "Time from giving an attempt at a stage to a node to its end: succeeded, failed, lost or cancelled",
  ),
  jobRetries: counter(
    "straightline.job.retries",
    "{attempt}",
    [LABEL.jobName, stage, LABEL.result],
    "Attempts at a stage after its first; the result is what had become of the one before",
  ),

  gatewayActive: gauge("straightline.gateway.requests.active", "{request}", [], "Requests that the gateway holds now"),
  gatewayAttempts: counter(
    "straightline.gateway.attempts",
    "{attempt}",
    [application, kind, LABEL.outcome],
    "Requests sent to instances; more than one for a request that was sent elsewhere after a failure",
  ),
  gatewayReportsDropped: counter(
    "straightline.gateway.reports.dropped",
    "{report}",
    [],
    "Reports lost as placement was away for long",
  ),

  modelDuration: histogram(
    "straightline.model.duration",
    "s",
    CALL_SECONDS,
    [model, LABEL.result],
    "Time from taking a request in to its answer, waiting for a slot included",
  ),
  modelActive: gauge("straightline.model.requests.active", "{request}", [], "Requests that run now"),
  modelQueued: gauge("straightline.model.requests.queued", "{request}", [], "Requests that wait for a slot"),

  agentConnected: gauge("straightline.agent.connected", "1", [], "1 while the agent reaches NATS"),
  agentInstances: gauge(
    "straightline.agent.instances",
    "{instance}",
    [application, LABEL.state],
    "Instances that the agent runs",
  ),
  agentStartDuration: histogram(
    "straightline.agent.start.duration",
    "s",
    START_SECONDS,
    [application, kind],
    "Time from the start of an instance to its first answer to a health check",
  ),
  agentFailures: counter(
    "straightline.agent.failures",
    "{failure}",
    [application, kind],
    "Instances that failed to start or died",
  ),
  functionInvocations: counter("faas.invocations", "{invocation}", [application], "Requests that a function has answered well"),
  functionErrors: counter(
    "faas.errors",
    "{error}",
    [application],
    "Requests that a function has failed to answer, through no fault of the client",
  ),
  functionTimeouts: counter("faas.timeouts", "{timeout}", [application], "Of them, those that its time was not enough for"),
  functionColdStarts: counter(
    "faas.coldstarts",
    "{coldstart}",
    [application],
    "Requests that were given a worker which had to be started first",
  ),
  functionDuration: histogram(
    "faas.invoke_duration",
    "s",
    CALL_SECONDS,
    [application],
    "Time that a worker was used for a request, which is billed; waiting for it is not part of it",
  ),
  functionInitDuration: histogram(
    "faas.init_duration",
    "s",
    START_SECONDS,
    [application],
    "Time from starting a worker to its first answer to a health check, whoever wanted it",
  ),
  frontConnections: counter(
    "straightline.front.connections",
    "{connection}",
    [LABEL.result],
    "Connections to the agent's front: accepted, closed as there were too many (limit), or without a TLS handshake (handshake)",
  ),
  frontActive: gauge("straightline.front.connections.active", "{connection}", [], "Connections that the front holds now"),
  frontRequests: counter(
    "straightline.front.requests",
    "{request}",
    [application, LABEL.result],
    "Requests to the front: passed on to their end, given up by the client, or the code of the error that refused or broke them; the application of those that may pass",
  ),
  agentPublished: counter("straightline.agent.telemetry.published", "{message}", [], "Snapshots sent"),
} as const;

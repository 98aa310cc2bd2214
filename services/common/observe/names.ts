/** Names of spans. */
export const SPAN = {
  upDeploy: "up.deploy",
  gatewayRequest: "gateway.request",
  gatewayReceive: "gateway.receive",
  gatewayPlace: "gateway.place",
  gatewayForward: "gateway.forward",
  gatewayConnect: "gateway.connect",
  place: "placement.place",
  report: "placement.report",
  deploy: "deployment.deploy",
  assign: "deployment.assign",
  jobSubmit: "job.submit",
  jobStage: "agent.job.stage",
  assignmentApply: "agent.assignment.apply",
  artifactFetch: "agent.artifact.fetch",
  instanceStart: "agent.instance.start",
  instanceCreate: "agent.instance.create",
  instanceReady: "agent.instance.ready",
  image: "container.image",
  containerStart: "container.start",
  telemetry: "placement.telemetry",
  functionInvoke: "function.invoke",
  functionAcquire: "function.acquire",
  functionColdStart: "function.cold_start",
  modelStart: "model.start",
  modelBoot: "model.boot",
  modelLoad: "model.load",
  modelInfer: "model.infer",
  modelRead: "model.read",
  modelQueue: "model.queue",
  modelDecode: "model.decode",
  modelRun: "model.run",
} as const;

/** Names of attributes. Those of OpenTelemetry's semantic conventions come first. */
export const ATTRIBUTE = {
  httpMethod: "http.request.method",
  httpRoute: "http.route",
  httpStatus: "http.response.status_code",
  httpBodyBytes: "http.request.body.size",
  urlScheme: "url.scheme",
  urlPath: "url.path",
  urlFull: "url.full",
  rpcSystem: "rpc.system.name",
  rpcMethod: "rpc.method",
  rpcStatus: "rpc.response.status_code",
  serverAddress: "server.address",
  serverPort: "server.port",
  messagingSystem: "messaging.system",
  messagingDestination: "messaging.destination.name",
  messagingOperation: "messaging.operation.name",
  messagingOperationType: "messaging.operation.type",
  coldStart: "faas.coldstart",
  errorType: "error.type",
  application: "straightline.application",
  node: "straightline.node.id",
  kind: "straightline.node.kind",
  instance: "straightline.instance.id",
  placement: "straightline.placement.id",
  policy: "straightline.policy",
  reason: "straightline.reason",
  frequency: "straightline.frequency_per_second",
  frequencyThreshold: "straightline.threshold.frequency_per_second",
  sizeBytes: "straightline.data.size_bytes",
  sizeThreshold: "straightline.threshold.size_bytes",
  telemetryAgeMs: "straightline.telemetry.age_ms",
  predictedMs: "straightline.predicted_ms",
  actualMs: "straightline.actual_ms",
  outcome: "straightline.outcome",
  retryOf: "straightline.retry_of",
  /** Why a trace is kept whatever is sampled: "error", "slow" or "mispredicted". */
  kept: "straightline.kept",
  candidatesConsidered: "straightline.candidates.considered",
  candidatesRefused: "straightline.candidates.refused",
  refusal: "straightline.refusal",
  waitedMs: "straightline.waited_ms",
  attempt: "straightline.attempt",
  model: "straightline.model",
  assignment: "straightline.assignment",
  artifactDigest: "straightline.artifact.digest",
  artifactBytes: "straightline.artifact.size_bytes",
  artifactCached: "straightline.artifact.cached",
  job: "straightline.job",
  stage: "straightline.job.stage",
  jobAttempt: "straightline.job.attempt",
} as const;

/** Names of events of spans. */
export const EVENT = {
  candidateRefused: "candidate.refused",
} as const;

/** What the span of a gRPC call says of it; `method` is, for example, PlacementService/Place. */
export function rpcAttributes(method: string, namespace = "straightline.v1"): Readonly<Record<string, string>> {
  return { [ATTRIBUTE.rpcSystem]: "grpc", [ATTRIBUTE.rpcMethod]: `${namespace}.${method}` };
}

/** What the span of a message over NATS says of it: `put` writes a record to a bucket, `process` is what its reader does. */
export function messagingAttributes(operation: "put" | "process", destination: string): Readonly<Record<string, string>> {
  return {
    [ATTRIBUTE.messagingSystem]: "nats",
    [ATTRIBUTE.messagingOperation]: operation,
    [ATTRIBUTE.messagingOperationType]: operation === "put" ? "send" : operation,
    [ATTRIBUTE.messagingDestination]: destination,
  };
}

/** HTTP headers and gRPC metadata keys of our own. */
export const HEADER = {
  node: "straightline-node",
  kind: "straightline-kind",
  instance: "straightline-instance",
  placementId: "straightline-placement-id",
  traceId: "straightline-trace-id",
  reason: "straightline-reason",
  frequency: "straightline-frequency",
  policy: "straightline-policy",
  attempts: "straightline-attempts",
  /** Time left, milliseconds, set by the gateway for the instance and by clients for the gateway. */
  deadlineMs: "straightline-deadline-ms",
  /**
   * On an error answer: the request was not executed, so that it may be sent elsewhere. "false": the instance refused it; "unreachable": the agent's front could not
   * reach the instance.
   */
  executed: "straightline-executed",
  /** Leave to send to the instance of one placement, for those who have no gateway's certificate. */
  lease: "straightline-lease",
  /** Time the instance spent serving, milliseconds, without queueing. */
  serviceMs: "straightline-service-ms",
  /** Time the request waited for a worker to start, milliseconds; set by the serverless adapter. */
  coldStartMs: "straightline-cold-start-ms",
} as const;

// Original file: straightline/v1/telemetry.proto

import type { InstanceState as _straightline_v1_InstanceState, InstanceState__Output as _straightline_v1_InstanceState__Output } from '../../straightline/v1/InstanceState.js';
import type { DurationSketch as _straightline_v1_DurationSketch, DurationSketch__Output as _straightline_v1_DurationSketch__Output } from '../../straightline/v1/DurationSketch.js';
import type { FunctionTelemetry as _straightline_v1_FunctionTelemetry, FunctionTelemetry__Output as _straightline_v1_FunctionTelemetry__Output } from '../../straightline/v1/FunctionTelemetry.js';
import type { Long } from '@grpc/proto-loader';

/**
 * One instance as its agent sees it. A function counts as one instance, whatever number of workers serve it.
 */
export interface InstanceTelemetry {
  /**
   * Unique in the fleet.
   */
  'instanceId'?: (string);
  /**
   * Application it serves.
   */
  'application'?: (string);
  /**
   * What it is doing.
   */
  'state'?: (_straightline_v1_InstanceState);
  /**
   * Base URL for HTTP, for example http://127.0.0.1:41234.
   */
  'httpEndpoint'?: (string);
  /**
   * host:port for gRPC, or empty when the instance has none.
   */
  'grpcEndpoint'?: (string);
  /**
   * Requests it serves at the same time without queueing.
   */
  'concurrency'?: (number);
  /**
   * Requests being served. Absent when the workload does not tell.
   */
  'inFlight'?: (number);
  /**
   * Requests waiting inside the instance or the adapter. Absent when the workload does not tell.
   */
  'queued'?: (number);
  /**
   * Requests answered since the instance started.
   */
  'servedCount'?: (number | string | Long);
  /**
   * Requests failed since the instance started.
   */
  'failedCount'?: (number | string | Long);
  /**
   * Largest request body taken, bytes; 0 for no limit of its own.
   */
  'payloadLimitBytes'?: (number | string | Long);
  /**
   * CPU in use, thousandths of a core.
   */
  'cpuMillicores'?: (number | string | Long);
  /**
   * Resident memory, bytes.
   */
  'memoryBytes'?: (number | string | Long);
  /**
   * Service time of recent requests.
   */
  'serviceTime'?: (_straightline_v1_DurationSketch | null);
  /**
   * Time from start to ready of recent starts.
   */
  'coldStart'?: (_straightline_v1_DurationSketch | null);
  /**
   * Serverless only: workers and keep-alive.
   */
  'function'?: (_straightline_v1_FunctionTelemetry | null);
  /**
   * Key of the assignment that this instance fulfils, <application>.<replica>.
   */
  'assignment'?: (string);
  /**
   * Digest of the bundle or image it runs.
   */
  'artifactDigest'?: (string);
  /**
   * Last failure in one sentence, of this instance or of the one that it replaces, or empty. It stays when the instance is ready again.
   */
  'lastError'?: (string);
  /**
   * Generation of the assignment that it runs.
   */
  'generation'?: (number | string | Long);
  /**
   * Failures in a row of its assignment at this generation; 0 once an instance has stood for a while.
   */
  'failedAttempts'?: (number);
  /**
   * It is ready, and has been for the min_ready_ms of its rollout without a break. Absent: the agent is of a version that does not tell, and ready is enough.
   */
  'available'?: (boolean);
  /**
   * Instances of its assignment at this generation that failed before it, since the agent started.
   */
  'restartCount'?: (number);
  '_inFlight'?: "inFlight";
  '_queued'?: "queued";
  '_available'?: "available";
}

/**
 * One instance as its agent sees it. A function counts as one instance, whatever number of workers serve it.
 */
export interface InstanceTelemetry__Output {
  /**
   * Unique in the fleet.
   */
  'instanceId': (string);
  /**
   * Application it serves.
   */
  'application': (string);
  /**
   * What it is doing.
   */
  'state': (_straightline_v1_InstanceState__Output);
  /**
   * Base URL for HTTP, for example http://127.0.0.1:41234.
   */
  'httpEndpoint': (string);
  /**
   * host:port for gRPC, or empty when the instance has none.
   */
  'grpcEndpoint': (string);
  /**
   * Requests it serves at the same time without queueing.
   */
  'concurrency': (number);
  /**
   * Requests being served. Absent when the workload does not tell.
   */
  'inFlight'?: (number);
  /**
   * Requests waiting inside the instance or the adapter. Absent when the workload does not tell.
   */
  'queued'?: (number);
  /**
   * Requests answered since the instance started.
   */
  'servedCount': (number);
  /**
   * Requests failed since the instance started.
   */
  'failedCount': (number);
  /**
   * Largest request body taken, bytes; 0 for no limit of its own.
   */
  'payloadLimitBytes': (number);
  /**
   * CPU in use, thousandths of a core.
   */
  'cpuMillicores': (number);
  /**
   * Resident memory, bytes.
   */
  'memoryBytes': (number);
  /**
   * Service time of recent requests.
   */
  'serviceTime': (_straightline_v1_DurationSketch__Output | null);
  /**
   * Time from start to ready of recent starts.
   */
  'coldStart': (_straightline_v1_DurationSketch__Output | null);
  /**
   * Serverless only: workers and keep-alive.
   */
  'function': (_straightline_v1_FunctionTelemetry__Output | null);
  /**
   * Key of the assignment that this instance fulfils, <application>.<replica>.
   */
  'assignment': (string);
  /**
   * Digest of the bundle or image it runs.
   */
  'artifactDigest': (string);
  /**
   * Last failure in one sentence, of this instance or of the one that it replaces, or empty. It stays when the instance is ready again.
   */
  'lastError': (string);
  /**
   * Generation of the assignment that it runs.
   */
  'generation': (number);
  /**
   * Failures in a row of its assignment at this generation; 0 once an instance has stood for a while.
   */
  'failedAttempts': (number);
  /**
   * It is ready, and has been for the min_ready_ms of its rollout without a break. Absent: the agent is of a version that does not tell, and ready is enough.
   */
  'available'?: (boolean);
  /**
   * Instances of its assignment at this generation that failed before it, since the agent started.
   */
  'restartCount': (number);
  '_inFlight'?: "inFlight";
  '_queued'?: "queued";
  '_available'?: "available";
}

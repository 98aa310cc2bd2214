// Original file: straightline/v1/telemetry.proto

import type { Long } from '@grpc/proto-loader';

/**
 * The workers behind a function.
 */
export interface FunctionTelemetry {
  /**
   * Workers ready and idle.
   */
  'idleWorkers'?: (number);
  /**
   * Workers serving a request.
   */
  'busyWorkers'?: (number);
  /**
   * Workers starting.
   */
  'startingWorkers'?: (number);
  /**
   * An idle worker is stopped after this many milliseconds.
   */
  'keepAliveMs'?: (number | string | Long);
  /**
   * Starts on demand since the adapter started.
   */
  'coldStartCount'?: (number | string | Long);
  /**
   * Requests refused because all workers were busy.
   */
  'throttledCount'?: (number | string | Long);
  /**
   * Billed time since the adapter started, milliseconds.
   */
  'billedMs'?: (number | string | Long);
}

/**
 * The workers behind a function.
 */
export interface FunctionTelemetry__Output {
  /**
   * Workers ready and idle.
   */
  'idleWorkers': (number);
  /**
   * Workers serving a request.
   */
  'busyWorkers': (number);
  /**
   * Workers starting.
   */
  'startingWorkers': (number);
  /**
   * An idle worker is stopped after this many milliseconds.
   */
  'keepAliveMs': (number);
  /**
   * Starts on demand since the adapter started.
   */
  'coldStartCount': (number);
  /**
   * Requests refused because all workers were busy.
   */
  'throttledCount': (number);
  /**
   * Billed time since the adapter started, milliseconds.
   */
  'billedMs': (number);
}

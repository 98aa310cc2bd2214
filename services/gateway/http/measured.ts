import type { IncomingMessage } from "node:http";
import { METRIC, type Metrics } from "../../common/observe/index.js";
import type { HttpHandler } from "./handler.js";
import { routePattern } from "./route-pattern.js";

/** Methods that are counted by name, as OpenTelemetry advises; others count as `_OTHER`. */
const METHODS: ReadonlySet<string> = new Set(["GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "PATCH"]);

/** The same handler; each request's duration is recorded when its answer is out or its client has gone. */
export function measuredHandler(metrics: Metrics, handler: HttpHandler): HttpHandler {
  const durations = metrics.histogram(METRIC.httpDuration);
  return (request, response) => {
    const startedMs = performance.now();
    response.once("close", () => {
      const seconds = (performance.now() - startedMs) / 1000;
      durations.record(seconds, methodOf(request), routePattern(request), String(response.statusCode));
    });
    return handler(request, response);
  };
}

function methodOf({ method = "" }: IncomingMessage): string {
  return METHODS.has(method) ? method : "_OTHER";
}

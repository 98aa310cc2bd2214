import { randomBytes } from "node:crypto";
import { hostname } from "node:os";

/** What a process tells of itself with all its traces and metrics, by the names of OpenTelemetry's conventions. */
export type Resource = Readonly<Record<string, string>>;

/** Who a process is. */
export interface ProcessIdentity {
  readonly serviceName: string;
  readonly version: string;
  /** Unique among the processes of this service; default: uniqueProcessId. */
  readonly instanceId?: string | undefined;
  /** OTEL_RESOURCE_ATTRIBUTES: `name=value`, comma-separated, values percent-encoded; wins over the rest. */
  readonly attributes?: string | undefined;
}

/** The resource of a process. Malformed attributes are left out, as OpenTelemetry asks. */
export function processResource({
  serviceName,
  version,
  instanceId = uniqueProcessId(),
  attributes = "",
}: ProcessIdentity): Resource {
  return {
    "service.name": serviceName,
    "service.namespace": "straightline",
    "service.version": version,
    "service.instance.id": instanceId,
    // By it Jaeger after 2.13 knows which spans have one clock; without it, it finds fault with each that outlasts its parent.
    "host.name": hostname(),
    ...parseAttributes(attributes),
  };
}

/** Tells this process from all others, on whatever machine and after a restart too; its begin is readable. */
export function uniqueProcessId(): string {
  return `${hostname()}-${process.pid}-${randomBytes(4).toString("hex")}`;
}

/** https://opentelemetry.io/docs/specs/otel/resource/sdk/: a fault in one makes all of them void. */
function parseAttributes(text: string): Record<string, string> {
  const pairs = text.split(",").filter((pair) => pair.trim() !== "");
  try {
    return Object.fromEntries(
      pairs.map((pair) => {
        const at = pair.indexOf("=");
        if (at < 1) throw new URIError(`${pair}: no name`);
        return [pair.slice(0, at).trim(), decodeURIComponent(pair.slice(at + 1).trim())];
      }),
    );
  } catch {
    return {};
  }
}

import type { TelemetrySnapshot__Output } from "../../../proto/gen/straightline/v1/TelemetrySnapshot.js";
import { type KindToken, kindFromWire, kindText, parseTelemetrySubject } from "../../common/bus/index.js";

/** No honest count, size, rate or time in milliseconds is larger. */
const MAX_VALUE = 1e15;
const MAX_INSTANCES = 10_000;
const NODE_ID = /^[A-Za-z0-9_-]{1,63}$/;

/** Node and kind that a subject and its snapshot agree on, or why the message is dropped. */
export type CheckedTelemetry =
  | { readonly ok: true; readonly nodeId: string; readonly kind: KindToken }
  | { readonly ok: false; readonly nodeId: string; readonly fault: string };

/** Checks a snapshot against its subject, its values against what can be. */
export function checkTelemetry(subject: string, snapshot: TelemetrySnapshot__Output): CheckedTelemetry {
  const address = parseTelemetrySubject(subject);
  if (address === undefined) return { ok: false, nodeId: "?", fault: "subject is no telemetry subject" };
  const fault = addressFault(address, snapshot) ?? instancesFault(snapshot) ?? valueFault(snapshot);
  return fault === undefined ? { ok: true, ...address } : { ok: false, nodeId: address.nodeId, fault };
}

function addressFault(
  { kind, nodeId }: { kind: KindToken; nodeId: string },
  snapshot: TelemetrySnapshot__Output,
): string | undefined {
  if (!NODE_ID.test(nodeId)) return "node id of the subject is malformed";
  if (snapshot.nodeId !== nodeId) return `node_id ${JSON.stringify(snapshot.nodeId)} does not match the subject`;
  if (kindFromWire(snapshot.kind) !== kind) return `kind ${kindText(snapshot.kind)} does not match the subject`;
  if (snapshot.agentInstanceId === "") return "agent_instance_id is empty";
  return undefined;
}

function instancesFault({ instances }: TelemetrySnapshot__Output): string | undefined {
  if (instances.length > MAX_INSTANCES) return `${instances.length} instances are more than ${MAX_INSTANCES}`;
  const ids = new Set(instances.map(({ instanceId }) => instanceId));
  if (ids.has("")) return "an instance has no instance_id";
  return ids.size < instances.length ? "an instance_id stands twice" : undefined;
}

function valueFault(snapshot: TelemetrySnapshot__Output): string | undefined {
  const wrong = wrongNumber(snapshot);
  return wrong === undefined ? undefined : `${wrong.path.join(".")} is ${wrong.value}, must be 0 to ${MAX_VALUE}`;
}

/** The first number that is negative, not finite or absurdly large. */
function wrongNumber(value: unknown): { readonly path: readonly string[]; readonly value: number } | undefined {
  if (typeof value === "number") return value >= 0 && value <= MAX_VALUE ? undefined : { path: [], value };
  if (typeof value !== "object" || value === null) return undefined;
  for (const key in value) {
    const wrong = wrongNumber((value as Readonly<Record<string, unknown>>)[key]);
    if (wrong !== undefined) return { path: [key, ...wrong.path], value: wrong.value };
  }
  return undefined;
}

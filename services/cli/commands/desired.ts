import type { NodeKind } from "../../../proto/gen/straightline/v1/NodeKind.js";
import { KIND_TOKENS, kindToWire } from "../../common/bus/index.js";
import { invalidField } from "../../common/errors/index.js";
import { formatApplication } from "./application-text.js";
import { type CommandContext, show } from "./context.js";
import { silenceOf } from "./silence.js";

/** `straightline get NAME`. */
export async function get(context: CommandContext, name: string): Promise<void> {
  const { deployment, call } = context.api;
  const { status } = await call(deployment.get.bind(deployment), { name });
  if (status === null) return;
  show(context, status, formatApplication);
  const silence = silenceOf(status);
  if (silence !== undefined) console.error(silence);
}

/** `straightline scale NAME KIND N` or `MIN..MAX`. */
export async function scale(context: CommandContext, name: string, kind: string, count: string): Promise<void> {
  const { deployment, call } = context.api;
  const request = { name, kind: kindOf(kind), ...scaleOf(count) };
  const { status } = await call(deployment.scale.bind(deployment), request);
  if (status !== null) show(context, status, formatApplication);
}

/** `straightline rollback NAME`. */
export async function rollback(context: CommandContext, name: string, generation: string): Promise<void> {
  const { deployment, call } = context.api;
  const { status } = await call(deployment.rollback.bind(deployment), { name, generation: generationOf(generation) });
  if (status !== null) show(context, status, formatApplication);
}

/** `straightline undeploy NAME`. */
export async function undeploy(context: CommandContext, name: string): Promise<void> {
  const { deployment, call } = context.api;
  await call(deployment.undeploy.bind(deployment), { name });
  show(context, { name }, () => `${name} is undeployed; its instances stop`);
}

/** "3" keeps three; "1..5" follows the load between, from as many as there are. Throws INVALID_REQUEST. */
export function scaleOf(count: string) {
  const match = /^(\d+)(?:\.\.(\d+))?$/.exec(count);
  if (match === null)
    throw invalidField("COUNT", `must be a number, or MIN..MAX to follow the load; got ${JSON.stringify(count)}`);
  const [min, max] = [Number(match[1]), match[2]];
  return max === undefined ? { replicas: min } : { autoscale: { min, max: Number(max) } };
}

function kindOf(text: string): NodeKind {
  const kind = KIND_TOKENS.find((token) => token === text);
  if (kind === undefined) throw invalidField("KIND", `must be one of ${KIND_TOKENS.join(", ")}; got ${JSON.stringify(text)}`);
  return kindToWire(kind);
}

function generationOf(text: string): number {
  if (!/^\d{1,15}$/.test(text)) throw invalidField("--to", `must be a generation; got ${JSON.stringify(text)}`);
  return Number(text);
}

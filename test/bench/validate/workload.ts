import { setTimeout as delay } from "node:timers/promises";
import { Agent, request } from "undici";
import { seededRandom } from "../../support/scheduler-builders.js";
import { APPLICATION, TIMEOUT_MS, WORK_HEADER } from "./application.js";

/** A request as both get it. */
export interface Planned {
  readonly atMs: number;
  readonly sizeBytes: number;
  readonly workMs: number;
}

/** What became of it in the mesh. */
export interface Answered {
  /** The application's timeout where it failed, as the simulator counts. */
  readonly responseMs: number;
  readonly failed: boolean;
  /** Empty: none. */
  readonly kind: string;
  readonly coldStartMs: number;
}

/** A moderate load: two slots of a VM are full about a sixth of the time, so that placing matters and this machine's processors do not. */
const RATE_PER_SECOND = 8;
const MEAN_WORK_MS = 100;
const WORK_SIGMA = 0.5;
const SMALL_BYTES = 2 * 1024;
const LARGE_BYTES = 300 * 1024;
const LARGE_SHARE = 0.1;

/** Poisson arrivals for so long, log-normal service times, one size in ten large; all fixed by the seed. */
export function plan(durationMs: number, seed: number): Planned[] {
  const random = seededRandom(seed);
  const normal = (): number => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
  const planned: Planned[] = [];
  for (let atMs = 0; ; ) {
    atMs += (-Math.log(1 - random()) * 1000) / RATE_PER_SECOND;
    if (atMs >= durationMs) return planned;
    const workMs = Math.round(MEAN_WORK_MS * Math.exp(WORK_SIGMA * normal() - WORK_SIGMA ** 2 / 2));
    planned.push({ atMs: Math.round(atMs), sizeBytes: random() < LARGE_SHARE ? LARGE_BYTES : SMALL_BYTES, workMs });
  }
}

/** Sends requests to the gateway. */
export interface Sender extends AsyncDisposable {
  send(one: Omit<Planned, "atMs">, policy: string): Promise<Answered>;
  /** Each at its time from now; resolves when all are answered. */
  sendAll(planned: readonly Planned[], policy: string): Promise<Answered[]>;
}

/** A sender to the gateway's port. */
export function createSender(port: number): Sender {
  const dispatcher = new Agent({ connections: 64 });
  const url = `http://127.0.0.1:${port}/apps/${APPLICATION}/work`;
  const send: Sender["send"] = async ({ sizeBytes, workMs }, policy) => {
    const startMs = performance.now();
    const headers = { [WORK_HEADER]: String(workMs), "straightline-policy": policy };
    const answer = await request(url, { method: "POST", body: Buffer.alloc(sizeBytes, 1), headers, dispatcher });
    await answer.body.dump();
    const failed = answer.statusCode !== 200;
    const took = performance.now() - startMs;
    return {
      responseMs: failed ? TIMEOUT_MS : took,
      failed,
      kind: String(answer.headers["straightline-kind"] ?? ""),
      coldStartMs: Number(answer.headers["straightline-cold-start-ms"] ?? 0),
    };
  };
  return {
    send,
    async sendAll(planned, policy) {
      const startMs = performance.now();
      return Promise.all(
        planned.map(async (one) => {
          await delay(Math.max(0, startMs + one.atMs - performance.now()));
          return send(one, policy);
        }),
      );
    },
    [Symbol.asyncDispose]: () => dispatcher.destroy(),
  };
}

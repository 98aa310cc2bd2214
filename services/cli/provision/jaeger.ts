import { causeChain, StraightLineError } from "../../common/errors/index.js";
import type { CommandRunner } from "./command.js";
import { JAEGER_IMAGE, startJaegerContainer } from "./jaeger-container.js";
import { answersAsJaeger, answersOtlp, chooseJaegerPorts, JAEGER_PORTS, mayTakeOtlp, startJaeger } from "./jaeger-process.js";

/** Where traces go. */
export interface TraceTarget {
  /** OTLP over HTTP; empty: traces are not recorded. */
  readonly otlpEndpoint: string;
  /** Jaeger's page; empty: none is known. */
  readonly jaegerUrl: string;
  /** One line for the user: what takes the traces, or how to get something that does. */
  readonly told: string;
  /** True: a Jaeger was started, and its traces go with it. */
  readonly isOurs: boolean;
  /** Ends what has been started. */
  stop(): Promise<void>;
}

/** What finding a Jaeger needs. */
export interface JaegerSearch {
  /** Given by the user; empty: search. */
  readonly otlpEndpoint: string;
  /** Given by the user; empty: Jaeger's own port, where it answers. */
  readonly jaegerUrl: string;
  /** Given by the user; empty: `jaeger` on PATH. */
  readonly binary: string;
  /** Socket of the container engine, once it answers; undefined: there is none. Asked only where no Jaeger is found otherwise. */
  readonly engineSocket: () => Promise<string | undefined>;
  readonly configFile: string;
  readonly mayPull: boolean;
  /** Ends a pull. */
  readonly signal: AbortSignal;
  readonly runner: CommandRunner;
  readonly env: NodeJS.ProcessEnv;
  readonly print: (line: string) => void;
}

const PREFERRED_OTLP = `http://127.0.0.1:${JAEGER_PORTS.otlpHttp}`;
const PREFERRED_URL = `http://127.0.0.1:${JAEGER_PORTS.query}`;
const HOW_TO = `get one: docker run --rm -p 127.0.0.1:16686:16686 -p 127.0.0.1:4318:4318 ${JAEGER_IMAGE}, or the program from https://www.jaegertracing.io/download/ on PATH`;

const NOBODY_TAKES =
  "nothing takes OTLP there, so traces are lost; start what should, or leave out --otlp-endpoint (OTEL_EXPORTER_OTLP_ENDPOINT) to have a Jaeger found";

/**
 * Finds where traces go: what the user names, else what answers on the OTLP port, else a Jaeger from PATH, else its official image where an
 * engine answers and the image is there or can be pulled. Never rejects: without one, traces are merely not recorded.
 */
export async function ensureJaeger(search: JaegerSearch): Promise<TraceTarget> {
  const { otlpEndpoint, jaegerUrl } = search;
  if (otlpEndpoint !== "") return existing(otlpEndpoint, jaegerUrl, await mayTakeOtlp(otlpEndpoint));
  if (await answersOtlp(PREFERRED_OTLP)) return existing(PREFERRED_OTLP, jaegerUrl, true);
  const faults: string[] = [];
  for (const start of [startBinary, startImage]) {
    try {
      const started = await start(search);
      if (started !== undefined) return started;
    } catch (error) {
      faults.push(causeChain(StraightLineError.from(error)).join(": "));
    }
  }
  return notRecorded(faults.length === 0 ? "no Jaeger here" : faults.join("; ").replaceAll("\n", " "));
}

function notRecorded(why: string): TraceTarget {
  return {
    otlpEndpoint: "",
    jaegerUrl: "",
    told: `not recorded (${why}); ${HOW_TO}`,
    isOurs: false,
    stop: () => Promise.resolve(),
  };
}

async function existing(otlpEndpoint: string, configuredUrl: string, takes: boolean): Promise<TraceTarget> {
  const found = configuredUrl === "" && (await answersAsJaeger(PREFERRED_URL)) ? PREFERRED_URL : configuredUrl;
  const jaegerUrl = found.replace(/\/$/, "");
  const shown = jaegerUrl === "" ? "" : `, shown at ${jaegerUrl}`;
  const told = takes ? `${otlpEndpoint}${shown}` : `${otlpEndpoint}: ${NOBODY_TAKES}`;
  return { otlpEndpoint, jaegerUrl, told, isOurs: false, stop: () => Promise.resolve() };
}

async function startBinary({ binary, runner, configFile, env }: JaegerSearch): Promise<TraceTarget | undefined> {
  const program = binary === "" ? await runner.find("jaeger") : binary;
  if (program === undefined) return undefined;
  const options = { binary: program, configFile, assetsDirectory: env["JAEGER_ASSETS"] ?? "", env };
  const { otlpEndpoint, url, stop } = await startJaeger({ ...options, ports: await chooseJaegerPorts() });
  return { otlpEndpoint, jaegerUrl: url, told: `${url} (${program})`, isOurs: true, stop };
}

async function startImage({ engineSocket, configFile, mayPull, signal, print }: JaegerSearch): Promise<TraceTarget | undefined> {
  const socketPath = await engineSocket();
  if (socketPath === undefined) return undefined;
  print(`Traces    looking for ${JAEGER_IMAGE}`);
  const ports = await chooseJaegerPorts();
  const { otlpEndpoint, url, stop } = await startJaegerContainer({ socketPath, configFile, ports, mayPull, signal });
  return { otlpEndpoint, jaegerUrl: url, told: `${url} (${JAEGER_IMAGE})`, isOurs: true, stop };
}

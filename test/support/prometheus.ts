import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { parse, stringify } from "yaml";
import { freePorts } from "../../services/common/ports/index.js";
import { eventually } from "./eventually.js";
import { findProgram } from "./find-program.js";
import { inCi } from "./in-ci.js";

/** What is shipped. */
export const GRAFANA = resolve("deploy/grafana");

/** A series of a query's answer. */
export interface QuerySeries {
  readonly metric: Readonly<Record<string, string>>;
  readonly value: readonly [number, string];
}

/** A rule as Prometheus tells it. */
export interface RuleState {
  readonly name: string;
  readonly health: string;
  readonly state: string;
  readonly lastError?: string;
}

/** A real Prometheus. */
export interface TestPrometheus extends AsyncDisposable {
  /** Rejects when Prometheus does not take the query. */
  query(expression: string): Promise<readonly QuerySeries[]>;
  rules(): Promise<readonly RuleState[]>;
  /** Health of each scrape by URL: up, down or unknown. */
  targets(): Promise<Readonly<Record<string, string>>>;
}

/** For a test's `skip`: why it cannot run here, or false. In CI a missing Prometheus is an error. */
export function skipWithoutPrometheus(): string | false {
  const missing = ["prometheus", "promtool"].find((program) => spawnSync(program, ["--version"]).error !== undefined);
  if (missing === undefined) return false;
  const reason = `${missing} is not on PATH; Debian's package prometheus brings it`;
  if (inCi()) throw new Error(reason);
  console.error(`\n*** SKIPPED: ${reason} ***\n`);
  return reason;
}

interface ShippedConfig {
  readonly global: object;
  readonly scrape_configs: readonly { readonly job_name: string }[];
}

/** Starts one with the shipped configuration and rules, that scrapes these ports each second. */
export async function startPrometheus(
  processes: readonly { readonly name: string; readonly metricsPort: number }[],
): Promise<TestPrometheus> {
  const shipped = parse(readFileSync(join(GRAFANA, "prometheus.yml"), "utf8")) as ShippedConfig;
  const config = {
    ...shipped,
    global: { scrape_interval: "1s", evaluation_interval: "1s" },
    rule_files: [join(GRAFANA, "alerts.yml")],
    scrape_configs: shipped.scrape_configs.map((job) => ({
      ...job,
      static_configs: processes.map(({ name, metricsPort }) => ({
        targets: [`127.0.0.1:${metricsPort}`],
        labels: { process: name },
      })),
    })),
  };
  const { ask, stop } = await launch("prometheus", config);
  return {
    query: async (expression) =>
      (await ask<{ result: readonly QuerySeries[] }>(`/api/v1/query?query=${encodeURIComponent(expression)}`)).result,
    rules: async () =>
      (await ask<{ groups: readonly { rules: readonly RuleState[] }[] }>("/api/v1/rules")).groups.flatMap(({ rules }) => rules),
    async targets() {
      const { activeTargets } = await ask<{ activeTargets: readonly { scrapeUrl: string; health: string }[] }>("/api/v1/targets");
      return Object.fromEntries(activeTargets.map(({ scrapeUrl, health }) => [scrapeUrl, health]));
    },
    [Symbol.asyncDispose]: stop,
  };
}

/** The program that takes OTLP: STRAIGHTLINE_TEST_PROMETHEUS, else the one on PATH. */
const OTLP_PROGRAM = findProgram("prometheus", "STRAIGHTLINE_TEST_PROMETHEUS");
const OTLP_FLAG = "--web.enable-otlp-receiver";

/** As skipWithoutPrometheus, for one that takes OTLP, which Debian's does not. */
export function skipWithoutOtlpPrometheus(): string | false {
  const takes = OTLP_PROGRAM !== undefined && spawnSync(OTLP_PROGRAM, [OTLP_FLAG, "--version"]).status === 0;
  if (takes) return false;
  const reason = "no Prometheus that takes OTLP; build one by .ci/server prometheus and name it in STRAIGHTLINE_TEST_PROMETHEUS";
  if (inCi()) throw new Error(reason);
  console.error(`\n*** SKIPPED: ${reason} ***\n`);
  return reason;
}

/** A real Prometheus that scrapes nothing and takes OTLP. */
export interface OtlpPrometheus extends AsyncDisposable {
  readonly otlpMetricsUrl: string;
  /** Names of all its series. */
  names(): Promise<readonly string[]>;
}

export async function startOtlpPrometheus(): Promise<OtlpPrometheus> {
  const { url, ask, stop } = await launch(OTLP_PROGRAM as string, {}, OTLP_FLAG);
  return {
    otlpMetricsUrl: `${url}/api/v1/otlp/v1/metrics`,
    names: () => ask("/api/v1/label/__name__/values"),
    [Symbol.asyncDispose]: stop,
  };
}

interface Launched {
  readonly url: string;
  /** Rejects when Prometheus does not take what is asked. */
  ask<T>(path: string): Promise<T>;
  stop(): Promise<void>;
}

async function launch(program: string, config: object, ...more: string[]): Promise<Launched> {
  const [port] = (await freePorts("127.0.0.1", 1)) as [number];
  const directory = await mkdtemp(join(tmpdir(), "straightline-prometheus-"));
  const file = join(directory, "prometheus.yml");
  await writeFile(file, stringify(config));
  const args = [
    `--config.file=${file}`,
    `--storage.tsdb.path=${join(directory, "data")}`,
    `--web.listen-address=127.0.0.1:${port}`,
    ...more,
  ];
  const child = spawn(program, args, { stdio: "ignore" });
  const url = `http://127.0.0.1:${port}`;
  const ask = async <T>(path: string): Promise<T> => {
    const answer = (await (await fetch(`${url}${path}`)).json()) as { status: string; error?: string; data: T };
    if (answer.status !== "success") throw new Error(`${path}: ${answer.error}`);
    return answer.data;
  };
  await eventually(() => ask("/api/v1/status/runtimeinfo").catch(() => undefined), { what: "Prometheus" });
  const stop = async (): Promise<void> => {
    await end(child);
    await rm(directory, { recursive: true, force: true, maxRetries: 3 });
  };
  return { url, ask, stop };
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null) return;
  const exited = once(child, "exit");
  child.kill("SIGTERM");
  await exited;
}

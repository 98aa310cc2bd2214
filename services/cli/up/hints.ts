import { join, relative } from "node:path";
import { PACKAGE_ROOT } from "../daemons.js";
import { DEFAULT_JAEGER_URL } from "../trace-link.js";
import type { UpConfig } from "./config.js";
import { SAMPLE_APPLICATION } from "./sample.js";

/** As commands have it. */
const DEFAULT_NATS = "nats://127.0.0.1:4222";

/** What to try next, each line ready to be pasted. */
export function hints(tries: readonly string[], natsServers: string): string {
  const nats =
    natsServers === DEFAULT_NATS ? [] : [`export STRAIGHTLINE_NATS_SERVERS=${natsServers}   # before deploy or job submit`];
  return [
    "",
    "The mesh is up. Try in another terminal:",
    "",
    ...[...nats, ...tries].map((line) => `  ${line}`),
    "",
    "Ctrl-C stops everything that was started.",
  ].join("\n");
}

/** What to try with the sample. */
export function sampleTries(config: UpConfig, jaegerUrl: string, placementId: string, workingDirectory: string): string[] {
  const image = join(PACKAGE_ROOT, "deploy", "examples", SAMPLE_APPLICATION, "images", "region-based-0.png");
  const { cli, address, flag } = commandsOf(config, workingDirectory);
  const jaeger = jaegerUrl === "" || jaegerUrl === DEFAULT_JAEGER_URL ? "" : ` --jaeger-url ${jaegerUrl}`;
  return [
    `curl -si --data-binary @${relative(workingDirectory, image)} -H 'Content-Type: image/png' http://127.0.0.1:${config.httpPort}/v2/models/${SAMPLE_APPLICATION}/infer`,
    `grpcurl -plaintext -d '{"application":"${SAMPLE_APPLICATION}","data":{"size_bytes":2048}}' ${address} straightline.v1.PlacementService/Place`,
    `${cli} explain ${placementId}${flag}${jaeger}`,
    `${cli} place --app ${SAMPLE_APPLICATION} --bytes 300KiB --dry-run --explain${flag}`,
    `${cli} nodes${flag}`,
    `${cli} apps${flag}`,
  ];
}

/** What to try with an application of the user's. */
export function ownTries(config: UpConfig, application: string, workingDirectory: string): string[] {
  const { cli, flag } = commandsOf(config, workingDirectory);
  return [
    `curl -si http://127.0.0.1:${config.httpPort}/v2/models/${application}   # or /apps/${application}/...`,
    `${cli} get ${application}${flag}`,
    `${cli} place --app ${application} --bytes 300KiB --dry-run --explain${flag}`,
    `${cli} nodes${flag}`,
  ];
}

function commandsOf({ placementPort }: UpConfig, workingDirectory: string) {
  const address = `127.0.0.1:${placementPort}`;
  return {
    cli: `node ${relative(workingDirectory, join(PACKAGE_ROOT, "dist", "services", "cli", "main.js"))}`,
    address,
    flag: placementPort === 7070 ? "" : ` --placement ${address}`,
  };
}

import { join, relative } from "node:path";
import { PACKAGE_ROOT } from "../daemons.js";
import { DEFAULT_JAEGER_URL } from "../trace-link.js";
import type { UpConfig } from "./config.js";
import { SAMPLE_APPLICATION } from "./sample.js";

/** What to try next, each line ready to be pasted. */
export function hints(config: UpConfig, jaegerUrl: string, placementId: string, workingDirectory: string): string {
  const image = join(PACKAGE_ROOT, "deploy", "examples", SAMPLE_APPLICATION, "images", "region-based-0.png");
  const cli = `node ${relative(workingDirectory, join(PACKAGE_ROOT, "dist", "services", "cli", "main.js"))}`;
  const address = `127.0.0.1:${config.placementPort}`;
  const flag = config.placementPort === 7070 ? "" : ` --placement ${address}`;
  return [
    "",
    "The mesh is up. Try in another terminal:",
    "",
    `  curl -si --data-binary @${relative(workingDirectory, image)} -H 'Content-Type: image/png' http://127.0.0.1:${config.httpPort}/v2/models/${SAMPLE_APPLICATION}/infer`,
    `  grpcurl -plaintext -d '{"application":"${SAMPLE_APPLICATION}","data":{"size_bytes":2048}}' ${address} straightline.v1.PlacementService/Place`,
    `  ${cli} explain ${placementId}${flag}${jaegerUrl === "" || jaegerUrl === DEFAULT_JAEGER_URL ? "" : ` --jaeger-url ${jaegerUrl}`}`,
    `  ${cli} place --app ${SAMPLE_APPLICATION} --bytes 300KiB --dry-run --explain${flag}`,
    `  ${cli} nodes${flag}`,
    `  ${cli} apps${flag}`,
    "",
    "Ctrl-C stops everything that was started.",
  ].join("\n");
}

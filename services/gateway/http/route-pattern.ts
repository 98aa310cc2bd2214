import type { IncomingMessage } from "node:http";

/** Routes as they are counted and shown: patterns, never paths, which clients invent. */
const ROUTES = [
  [/^\/apps\//, "/apps/{application}"],
  [/^\/v2\/models\/[^/]+(?:\/versions\/[^/]+)?\/infer\/?$/, "/v2/models/{model}/infer"],
  [/^\/v2\/models\/[^/]+(?:\/versions\/[^/]+)?\/ready\/?$/, "/v2/models/{model}/ready"],
  [/^\/v2\/models\/[^/]+(?:\/versions\/[^/]+)?\/?$/, "/v2/models/{model}"],
  [/^\/v2\/health\/(live|ready)$/, "/v2/health"],
  [/^\/v2\/?$/, "/v2"],
] as const;

/** The route of a request; empty: none of ours. */
export function routePattern({ url = "" }: Pick<IncomingMessage, "url">): string {
  const path = url.split("?", 1)[0] as string;
  return ROUTES.find(([pattern]) => pattern.test(path))?.[1] ?? "";
}

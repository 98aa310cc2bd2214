import { StraightLineError } from "../../common/errors/index.js";

/** What a request asks for. */
export type Route =
  | { readonly type: "serverMetadata" }
  | { readonly type: "live" }
  | { readonly type: "ready" }
  | { readonly type: "stats" }
  | { readonly type: "modelMetadata" | "modelReady" | "infer"; readonly model: string; readonly version: string };

const SERVER_ROUTES: Readonly<Record<string, Route>> = {
  "GET /v2": { type: "serverMetadata" },
  "GET /v2/health/live": { type: "live" },
  "GET /v2/health/ready": { type: "ready" },
  "GET /stats": { type: "stats" },
};

/** A model's routes by method and last segment; the version is optional. */
const MODEL_PATH = /^\/v2\/models\/([^/]+)(?:\/versions\/([^/]+))?(?:\/([a-z]+))?$/;
const MODEL_ROUTES = { "GET ": "modelMetadata", "GET ready": "modelReady", "POST infer": "infer" } as const;

/** Reads method and path of a request. Throws UNKNOWN_ROUTE when there is no such. */
export function parseRoute(method: string, url: string): Route {
  const path = (url.split("?", 1)[0] ?? "").replace(/(?<=.)\/$/, "");
  // A probe may ask by HEAD; Node leaves the body out by itself.
  const verb = method === "HEAD" ? "GET" : method;
  const route = SERVER_ROUTES[`${verb} ${path}`] ?? parseModelRoute(verb, path);
  if (route === undefined) {
    throw new StraightLineError(
      "UNKNOWN_ROUTE",
      `there is no ${method} ${path}; the paths are those of the Open Inference Protocol, version 2, and /stats`,
    );
  }
  return route;
}

function parseModelRoute(verb: string, path: string): Route | undefined {
  const [, model, version = "", action = ""] = MODEL_PATH.exec(path) ?? [];
  const key = `${verb} ${action}`;
  if (model === undefined || !(key in MODEL_ROUTES)) return undefined;
  return { type: MODEL_ROUTES[key as keyof typeof MODEL_ROUTES], model: decode(model), version: decode(version) };
}

/** A segment that is no valid percent-encoding stands for itself: it will be an unknown name. */
function decode(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}

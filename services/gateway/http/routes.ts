import { assertApplicationName } from "../../common/bus/index.js";
import { invalidField, StraightLineError } from "../../common/errors/index.js";

/**
 * What a request is for:
 * - `live`, `ready`, `server`: the gateway itself answers.
 * - `modelReady`: the gateway answers from what placement says.
 * - `forward`: an instance answers, at `path`, which includes the query.
 */
export type Route =
  | { readonly type: "live" }
  | { readonly type: "ready" }
  | { readonly type: "server" }
  | { readonly type: "modelReady"; readonly application: string }
  | { readonly type: "forward"; readonly application: string; readonly path: string; readonly prefix: string };

const MODEL = /^\/v2\/models\/([^/]+)(?:\/versions\/([^/]+))?(?:\/(infer|ready))?\/?$/;
const RAW = /^\/apps\/([^/?]+)(.*)$/;

/** Finds the route of a request target in origin form. Throws UNKNOWN_ROUTE, or INVALID_REQUEST for a name that cannot be one. */
export function findRoute(method: string, target: string): Route {
  const raw = RAW.exec(target);
  if (raw !== null) return rawRoute(raw[1] as string, raw[2] as string);
  const path = target.split("?", 1)[0] as string;
  if (path === "/v2" || path === "/v2/") return only("GET", method, path, { type: "server" });
  if (path === "/v2/health/live") return only("GET", method, path, { type: "live" });
  if (path === "/v2/health/ready") return only("GET", method, path, { type: "ready" });
  const model = MODEL.exec(path);
  if (model === null)
    throw unknownRoute(`${shorten(path)}: no such path; see /v2, /v2/models/{model}/infer and /apps/{application}/`);
  return modelRoute(method, target, path, model[1] as string, model[3]);
}

function rawRoute(name: string, rest: string): Route {
  const path = rest.startsWith("/") ? rest : `/${rest}`;
  return { type: "forward", application: applicationName(name), path, prefix: `/apps/${name}` };
}

function modelRoute(method: string, target: string, path: string, name: string, action: string | undefined): Route {
  const application = applicationName(name);
  if (action === "ready") return only("GET", method, path, { type: "modelReady", application });
  return only(action === "infer" ? "POST" : "GET", method, path, { type: "forward", application, path: target, prefix: "" });
}

function only(wanted: string, method: string, path: string, route: Route): Route {
  if (method === wanted || (wanted === "GET" && method === "HEAD")) return route;
  throw unknownRoute(`${method} ${shorten(path)}: this path takes ${wanted}`);
}

function applicationName(encoded: string): string {
  let name: string;
  try {
    name = decodeURIComponent(encoded);
  } catch {
    throw invalidField("path", `${JSON.stringify(shorten(encoded))} is not percent-encoded UTF-8`);
  }
  assertApplicationName("application", shorten(name));
  return name;
}

function unknownRoute(message: string): StraightLineError {
  return new StraightLineError("UNKNOWN_ROUTE", message);
}

/** A path in an error message; a long one would make a useless message. */
function shorten(path: string): string {
  return path.length > 120 ? `${path.slice(0, 120)}...` : path;
}

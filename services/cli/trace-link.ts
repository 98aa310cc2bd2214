import { request } from "undici";

/** Where Jaeger's page is when nobody says otherwise. */
export const DEFAULT_JAEGER_URL = "http://127.0.0.1:16686";

const TIMEOUT_MS = 1000;

/** The page of a trace. */
export function traceLink(jaegerUrl: string, traceId: string): string {
  return `${jaegerUrl.replace(/\/$/, "")}/trace/${traceId}`;
}

/** The page of a trace that Jaeger has; empty when it has not, or does not answer within a second. */
export async function findTraceLink(jaegerUrl: string, traceId: string): Promise<string> {
  if (traceId === "") return "";
  const base = jaegerUrl.replace(/\/$/, "");
  try {
    const limits = { headersTimeout: TIMEOUT_MS, bodyTimeout: TIMEOUT_MS, signal: AbortSignal.timeout(TIMEOUT_MS) };
    const answer = await request(`${base}/api/traces/${traceId}`, limits);
    await answer.body.dump();
    return answer.statusCode === 200 ? traceLink(base, traceId) : "";
  } catch {
    // A link that leads nowhere is worse than none.
    return "";
  }
}

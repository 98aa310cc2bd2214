import { type ExportResult, ExportResultCode } from "@opentelemetry/core";
import type { Logger } from "./log.js";

/** What both exporters of the OpenTelemetry SDK have in common. */
interface Exporter<T> {
  export(items: T, done: (result: ExportResult) => void): void;
}

/** Who is told of what does not arrive. */
interface FaultsTold {
  /** `traces` or `metrics`. */
  readonly what: string;
  /** Where they are sent. */
  readonly url: string;
  /** Undefined: nobody. */
  readonly log: Logger | undefined;
}

/**
 * Makes an exporter say in the log that nothing arrives, once, and once that it does again. The SDK itself is silent, and who has mistyped the endpoint would look
 * for traces in vain. Gives the exporter.
 */
export function tellFaults<T, E extends Exporter<T>>(exporter: E & Exporter<T>, { what, url, log }: FaultsTold): E {
  const endpoint = hostOf(url);
  const send = exporter.export.bind(exporter);
  let isFailing = false;
  exporter.export = (items: T, done: (result: ExportResult) => void) =>
    send(items, (result) => {
      const failed = result.code !== ExportResultCode.SUCCESS;
      if (failed && !isFailing) {
        const reason = result.error?.message || result.error?.name || "no answer";
        log?.warn({ endpoint, reason }, `${what} cannot be sent, and are lost until they can`);
      }
      if (!failed && isFailing) log?.info({ endpoint }, `${what} are taken again`);
      isFailing = failed;
      done(result);
    });
  return exporter;
}

/** Without a path or credentials, which are not for a log. */
function hostOf(url: string): string {
  return URL.canParse(url) ? new URL(url).host : url;
}

import convict from "convict";

const DURATION_UNITS_MS: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 };
const SIZE_UNITS_BYTES: Readonly<Record<string, number>> = { B: 1, KiB: 1024, MiB: 1024 ** 2, GiB: 1024 ** 3 };

/** Milliseconds of "250ms", "30s", "5m", "1h" or a plain number of milliseconds. Throws on anything else. */
export function parseDurationMs(text: string | number): number {
  return parseWithUnit(text, /^(\d+(?:\.\d+)?)(ms|s|m|h)?$/, DURATION_UNITS_MS, "a duration such as 250ms, 30s or 5m");
}

/** Bytes of "512B", "64KiB", "6MiB", "2GiB" or a plain number of bytes. Throws on anything else. */
export function parseSizeBytes(text: string | number): number {
  return parseWithUnit(text, /^(\d+(?:\.\d+)?)(B|KiB|MiB|GiB)?$/, SIZE_UNITS_BYTES, "a size such as 64KiB or 6MiB");
}

function parseWithUnit(text: string | number, pattern: RegExp, units: Readonly<Record<string, number>>, wanted: string): number {
  const match = pattern.exec(String(text).trim());
  if (match === null) throw new Error(`must be ${wanted}; got ${JSON.stringify(text)}`);
  return Math.round(Number(match[1]) * (match[2] === undefined ? 1 : (units[match[2]] ?? 1)));
}

function nonNegativeInteger(value: unknown): void {
  if (typeof value !== "number" || !Number.isInteger(value) || value < 0) throw new Error("must be 0 or more");
}

function httpUrl(value: unknown): void {
  if (value !== "" && !isHttpUrl(value)) throw new Error("must be a URL such as http://127.0.0.1:4318, or empty");
}

/** Senders add the path of traces by themselves, as OpenTelemetry has it for OTEL_EXPORTER_OTLP_ENDPOINT. */
function otlpBaseUrl(value: unknown): void {
  httpUrl(value);
  const base = /^(.*?)\/+v1\/traces\/*$/.exec(String(value))?.[1];
  if (base !== undefined) throw new Error(`must be the base URL, to which /v1/traces is added; give ${base}`);
}

/** Makes the project's formats known to convict; repeating it is harmless. */
export function registerFormats(): void {
  convict.addFormats({
    "duration-ms": { validate: nonNegativeInteger, coerce: lenient(parseDurationMs) },
    "size-bytes": { validate: nonNegativeInteger, coerce: lenient(parseSizeBytes) },
    "positive-number": {
      validate: (value: unknown) => {
        if (typeof value !== "number" || !(value > 0) || !Number.isFinite(value)) throw new Error("must be above 0");
      },
      coerce: (value: unknown) => Number(value),
    },
    "positive-integer": {
      validate: (value: unknown) => {
        if (typeof value !== "number" || !Number.isInteger(value) || value < 1)
          throw new Error("must be a whole number, 1 or more");
      },
      coerce: (value: unknown) => Number(value),
    },
    share: {
      validate: (value: unknown) => {
        if (typeof value !== "number" || !(value >= 0 && value <= 1)) throw new Error("must be a number from 0 to 1");
      },
      coerce: (value: unknown) => Number(value),
    },
    "http-url": { validate: httpUrl },
    "otlp-base-url": { validate: otlpBaseUrl },
    "non-empty": {
      validate: (value: unknown) => {
        if (typeof value !== "string" || value.trim() === "") throw new Error("must not be empty");
      },
    },
    "node-id": {
      validate: (value: unknown) => {
        if (typeof value !== "string" || !/^[A-Za-z0-9_-]{1,63}$/.test(value)) {
          throw new Error("must be 1 to 63 of A-Z, a-z, 0-9, '_' and '-'");
        }
      },
    },
    "key-values": {
      validate: (value: unknown) => {
        if (typeof value !== "object" || value === null) throw new Error("must be key=value,key=value");
      },
      coerce: (value: unknown) => (typeof value === "string" ? parseKeyValues(value) : value),
    },
  });
}

/** Whether this is the URL of something that speaks HTTP. */
export function isHttpUrl(value: unknown): boolean {
  return typeof value === "string" && /^https?:\/\//.test(value) && URL.canParse(value);
}

/** Convict runs coerce before validate; a value that does not parse is left as it is, so that validate reports it with the rest. */
function lenient(parse: (text: string) => number): (value: unknown) => unknown {
  return (value) => {
    if (typeof value !== "string") return value;
    try {
      return parse(value);
    } catch {
      return value;
    }
  };
}

function parseKeyValues(text: string): Record<string, string> {
  const pairs = text.split(",").filter((pair) => pair.trim() !== "");
  return Object.fromEntries(
    pairs.map((pair) => {
      const at = pair.indexOf("=");
      return at < 0 ? [pair.trim(), ""] : [pair.slice(0, at).trim(), pair.slice(at + 1).trim()];
    }),
  );
}

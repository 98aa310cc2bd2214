import { readFileSync } from "node:fs";
import convict from "convict";
import { parse as parseYaml } from "yaml";
import { StraightLineError, systemCode } from "../errors/index.js";
import { registerFormats } from "./formats.js";
import { helpText } from "./help.js";

/** A convict schema of nested groups; every leaf has doc, format, default and env. */
export type ConfigSchema<T> = convict.Schema<T>;

/** Where values come from; later wins: defaults, file, environment, arguments. */
export interface ConfigSources {
  readonly env: NodeJS.ProcessEnv;
  /** Command line after the program's name; `--config FILE` names a YAML or JSON file. */
  readonly args: readonly string[];
}

/** An immutable configuration. */
export type Config<T> = { readonly [K in keyof T]: T[K] extends object ? Config<T[K]> : T[K] };

/**
 * Reads a process's configuration once. Throws CONFIG_INVALID that lists every fault at once: unknown keys, wrong values, an unreadable
 * file, an unknown argument. With `--help` it prints the keys and ends the process.
 */
export function loadConfig<T>(schema: ConfigSchema<T>, sources: ConfigSources): Config<T> {
  if (sources.args.includes("--help")) {
    process.stdout.write(helpText(configKeys(schema)));
    process.exit(0);
  }
  registerFormats();
  const args = [...sources.args];
  const file = takeConfigFile(args);
  const faults = unknownArguments(schema, args);
  // Convict throws on the first value that a format's coerce refuses; ours never throw, so that validate sees all.
  const config = convict(schema, { env: { ...sources.env }, args: notNegated(args) });
  try {
    if (file !== undefined) config.load(readConfigFile(file) as object);
    config.validate({ allowed: "strict" });
  } catch (error) {
    if (error instanceof StraightLineError) throw error;
    faults.push(...(error instanceof Error ? error.message.split("\n") : [String(error)]));
  }
  if (faults.length > 0) throw configError(faults);
  return deepFreeze(config.getProperties()) as Config<T>;
}

function takeConfigFile(args: string[]): string | undefined {
  const at = args.findIndex((arg) => arg === "--config" || arg.startsWith("--config="));
  if (at < 0) return undefined;
  const [flag, next] = [args[at] as string, args[at + 1]];
  const inline = flag.startsWith("--config=");
  args.splice(at, inline ? 1 : 2);
  const file = inline ? flag.slice("--config=".length) : next;
  if (file === undefined || file === "") throw configError(["--config: needs a file name"]);
  return file;
}

function readConfigFile(file: string): unknown {
  try {
    return parseYaml(readFileSync(file, "utf8")) ?? {};
  } catch (error) {
    const why = systemCode(error) ?? (error instanceof Error ? error.message : String(error));
    throw configError([`--config ${file}: cannot be read (${why})`]);
  }
}

/** Convict's parser reads `--no-install` as `--install` switched off; it is a name like any other. */
function notNegated(args: readonly string[]): string[] {
  return args.map((arg) => (/^--no-[^=]+$/.test(arg) ? `${arg}=true` : arg));
}

/** Convict passes unknown arguments by in silence; a mistyped flag must not. */
function unknownArguments<T>(schema: ConfigSchema<T>, args: readonly string[]): string[] {
  const known = new Set(configKeys(schema).map((key) => key.arg));
  return args
    .filter((arg) => arg.startsWith("--"))
    .map((arg) => arg.slice(2).split("=")[0] as string)
    .filter((name) => !known.has(name))
    .map((name) => `--${name}: unknown argument; known: ${[...known].map((k) => `--${k}`).join(" ")}`);
}

function configError(faults: readonly string[]): StraightLineError {
  const lines = faults.map((fault) => fault.trim()).filter((fault) => fault !== "");
  return new StraightLineError("CONFIG_INVALID", `configuration: ${lines.join("; ")}`);
}

function deepFreeze<T>(value: T): T {
  if (typeof value === "object" && value !== null) {
    for (const inner of Object.values(value)) deepFreeze(inner);
    Object.freeze(value);
  }
  return value;
}

/** One key of a schema, for documentation. */
export interface ConfigKey {
  /** Dotted path, as in a file. */
  readonly path: string;
  readonly env: string;
  readonly arg: string;
  readonly doc: string;
  readonly format: string;
  readonly defaultValue: string;
}

/** All keys of a schema in its order. */
export function configKeys<T>(schema: ConfigSchema<T>): ConfigKey[] {
  return collect(schema as Record<string, unknown>, "");
}

function collect(node: Record<string, unknown>, prefix: string): ConfigKey[] {
  return Object.entries(node).flatMap(([name, value]) => {
    const inner = value as Record<string, unknown>;
    if (!("default" in inner)) return collect(inner, `${prefix}${name}.`);
    const format = inner["format"];
    return [
      {
        path: `${prefix}${name}`,
        env: String(inner["env"] ?? ""),
        arg: String(inner["arg"] ?? ""),
        doc: String(inner["doc"] ?? ""),
        format: Array.isArray(format)
          ? format.map(String).join(" \\| ")
          : typeof format === "function"
            ? format.name
            : String(format),
        defaultValue: JSON.stringify(inner["default"]),
      },
    ];
  });
}

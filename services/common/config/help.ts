import { formatTable } from "../table/index.js";
import type { ConfigKey } from "./load.js";

/** What `--help` of a process prints: every key by its argument. */
export function helpText(keys: readonly ConfigKey[]): string {
  const rows = keys.map(({ arg, defaultValue, env, doc }) => [`--${arg}`, defaultValue, env, doc]);
  const intro = "Every key is an argument, an environment variable, or a key of the YAML file that --config names.\n\n";
  return `${intro}${formatTable(["ARGUMENT", "DEFAULT", "ENVIRONMENT", "MEANING"], rows)}\n`;
}

import { existsSync } from "node:fs";
import type { Command } from "commander";
import { isMap, parseDocument } from "yaml";
import { invalidField, StraightLineError } from "../../common/errors/index.js";
import { readNamed } from "../identity/files.js";

/** Adds `config get` and `config set`, by which install.sh reads and renews an agent's file. */
export function registerConfigCommands(program: Command): void {
  const config = program.command("config").description("keys of a process's configuration file; install.sh uses this");
  config
    .command("get <file> <key>")
    .description("print one key, for example nats.servers; nothing where the file does not set it")
    .action((file: string, key: string) => {
      const value = readKey(readNamed(file), key);
      if (value !== undefined) console.log(value);
    });
  config
    .command("set <file> <key=value...>")
    .description("print the file with these keys; what else it says stays, with its comments. A missing file is an empty one")
    .action((file: string, changes: readonly string[]) => {
      process.stdout.write(changeKeys(existsSync(file) ? readNamed(file) : "", changes));
    });
}

/** The text of a key given by its path, as in `nats.servers`; undefined where it is not set. Throws CONFIG_INVALID where the text is no YAML. */
export function readKey(text: string, key: string): string | undefined {
  const value: unknown = documentOf(text).getIn(key.split("."));
  return value === undefined || value === null ? undefined : String(value);
}

/** The text with keys set, each as `path=value`; everything else stays as it is. Throws CONFIG_INVALID where the text is no YAML, or a change no `path=value`. */
export function changeKeys(text: string, changes: readonly string[]): string {
  const document = documentOf(text);
  for (const change of changes) {
    const at = change.indexOf("=");
    if (at < 1) throw invalidField("key=value", `must be a key, "=" and a value; got ${JSON.stringify(change)}`);
    document.setIn(change.slice(0, at).split("."), change.slice(at + 1));
  }
  return document.toString({ lineWidth: 0 });
}

function documentOf(text: string) {
  const document = parseDocument(text);
  const [fault] = document.errors;
  if (fault !== undefined) throw new StraightLineError("CONFIG_INVALID", `not YAML: ${fault.message}`, { cause: fault });
  if (document.contents !== null && !isMap(document.contents)) {
    throw new StraightLineError("CONFIG_INVALID", "not a configuration file: it must hold keys and values");
  }
  return document;
}

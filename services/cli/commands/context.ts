import type { PlacementApi } from "../client.js";
import { printable } from "../output.js";

/** What a command works with. */
export interface CommandContext {
  readonly api: PlacementApi;
  /** Print JSON rather than text. */
  readonly json: boolean;
  print(text: string): void;
}

/** A context that writes by `write`. Text comes of workloads too, and moves no terminal; JSON is for programs, which get it as it is. */
export function createContext(api: PlacementApi, json: boolean, write: (text: string) => void): CommandContext {
  return { api, json, print: (text) => write(json ? text : printable(text)) };
}

/** Prints one value: as JSON, or as the text that `format` makes of it. */
export function show<T>({ json, print }: CommandContext, value: T, format: (value: T) => string): void {
  print(json ? JSON.stringify(value, undefined, 2) : format(value));
}

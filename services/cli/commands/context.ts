import type { PlacementApi } from "../client.js";

/** What a command works with. */
export interface CommandContext {
  readonly api: PlacementApi;
  /** Print JSON rather than text. */
  readonly json: boolean;
  print(text: string): void;
}

/** Prints one value: as JSON, or as the text that `format` makes of it. */
export function show<T>({ json, print }: CommandContext, value: T, format: (value: T) => string): void {
  print(json ? JSON.stringify(value, undefined, 2) : format(value));
}

import { readFileSync } from "node:fs";

/** Text of a small kernel file, or undefined when it cannot be read. These files are made in memory, so that reading never waits. */
export function readKernelFile(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch {
    // Absent on this kernel, or gone with the process or group that it told of: both mean "not known".
    return undefined;
  }
}

/** The number that a kernel file holds; undefined for "max", absent or malformed. */
export function readKernelNumber(path: string): number | undefined {
  const text = readKernelFile(path)?.trim();
  if (text === undefined || !/^\d+$/.test(text)) return undefined;
  return Number(text);
}

/** The number after `name ` on a line of a kernel file such as memory.stat. */
export function kernelField(text: string | undefined, name: string): number | undefined {
  const match = text === undefined ? null : new RegExp(`^${name} (\\d+)$`, "m").exec(text);
  return match === null ? undefined : Number(match[1]);
}

import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";

/** Folders of servers that a user's PATH often leaves out. */
const SBIN_FOLDERS = ["/usr/sbin", "/usr/local/sbin"];

/** The program that a variable of the environment names, else the one on PATH; undefined when there is none. */
export function findProgram(name: string, variable: string): string | undefined {
  const configured = process.env[variable] ?? "";
  if (configured !== "") return configured;
  const folders = [...(process.env["PATH"] ?? "").split(delimiter), ...SBIN_FOLDERS];
  return folders.map((folder) => join(folder, name)).find(isExecutable);
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

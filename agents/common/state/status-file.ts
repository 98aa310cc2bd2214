import { mkdirSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** Where an agent stands: for whoever has started it and waits. */
export type AgentStatus =
  | { readonly state: "starting" | "joined" | "stopped" }
  /** Still trying, or given up; the message is for a person. */
  | { readonly state: "waiting" | "failed"; readonly message: string };

/** Tells one status after the other. Never throws: an agent whose disk is full goes on. */
export type StatusFile = (status: AgentStatus) => void;

/** The file `status` of a state directory: one line, the state, then its message after a blank. Never seen half-written. */
export function createStatusFile(directory: string): StatusFile {
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  const file = join(directory, "status");
  return (status) => {
    const message = "message" in status ? ` ${status.message.replaceAll("\n", " ")}` : "";
    try {
      writeFileSync(`${file}.partial`, `${status.state}${message}\n`);
      renameSync(`${file}.partial`, file);
    } catch {
      // Whoever waits for the status runs into its own deadline.
    }
  };
}

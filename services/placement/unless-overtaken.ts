import { StraightLineError } from "../common/errors/index.js";

/**
 * Makes one write of a leader. Does nothing once the lease is lost, and leaves to the next round what another writer has changed meanwhile: the watch tells
 * what stands then. Rejects with what else the write rejects with.
 */
export async function unlessOvertaken(lease: { isHeld(): boolean }, write: () => Promise<void>): Promise<void> {
  if (!lease.isHeld()) return;
  try {
    await write();
  } catch (error) {
    if (!(error instanceof StraightLineError) || error.code !== "CONFLICT") throw error;
  }
}

import type { ApplicationStatus__Output } from "../../../proto/gen/straightline/v1/ApplicationStatus.js";
import { formatAge } from "../output.js";

type Heard = Pick<ApplicationStatus__Output, "fleetSilentMs">;

/** Where no node is heard any more, what placement shows is old: says so; else undefined. */
export function silenceOf({ fleetSilentMs }: Heard): string | undefined {
  if (fleetSilentMs === 0) return undefined;
  const age = formatAge(fleetSilentMs);
  return `placement has heard no node for ${age}: NATS or the agents do not answer, and what it shows is as old`;
}

/** Takes each status as it comes; says once that nodes are silent, and that they are heard again. */
export function createSilenceTeller(tell: (line: string) => void): (status: Heard) => void {
  let told = false;
  return (status) => {
    const silence = silenceOf(status);
    if (silence !== undefined && !told) tell(silence);
    if (silence === undefined && told) tell("nodes are heard again");
    told = silence !== undefined;
  };
}

import type { ApplicationStatus__Output } from "../../proto/gen/straightline/v1/ApplicationStatus.js";
import type { Wanted } from "./scenario.js";

/** In what one replica's view differs from what is desired, in one sentence; undefined: in nothing. */
export function differenceOf(
  wanted: ReadonlyMap<string, Wanted>,
  applications: readonly ApplicationStatus__Output[],
): string | undefined {
  const names = applications.map(({ spec }) => spec?.name ?? "").join();
  const expected = [...wanted.keys()].sort().join();
  if (names !== expected) return `applications ${names}, not ${expected}`;
  for (const status of applications) {
    const difference = differenceOfOne(wanted.get(status.spec?.name ?? "") as Wanted, status);
    if (difference !== undefined) return `${status.spec?.name}: ${difference}`;
  }
  return undefined;
}

function differenceOfOne({ version, replicas }: Wanted, status: ApplicationStatus__Output): string | undefined {
  const { spec, generation, rollout, implementations, instances } = status;
  const [form] = implementations;
  const told = spec?.implementations[0]?.environment["VERSION"];
  if (told !== version) return `version ${told}, not ${version}`;
  if (rollout?.phase !== "ROLLOUT_PHASE_COMPLETE" && rollout?.phase !== "ROLLOUT_PHASE_ROLLED_BACK") return `${rollout?.phase}`;
  const counts = [form?.desired, form?.assigned, form?.ready, form?.updated, instances.length];
  if (counts.some((count) => count !== replicas)) {
    return `desired, assigned, ready, updated, instances are ${counts}, not all ${replicas}: ${form?.message}`;
  }
  const odd = instances.find(
    ({ telemetry }) => telemetry?.state !== "INSTANCE_STATE_READY" || telemetry.generation !== generation,
  );
  return odd === undefined ? undefined : `${odd.telemetry?.instanceId} is ${odd.telemetry?.state}`;
}

import type { Application } from "../../../proto/gen/straightline/v1/Application.js";
import type { Bundle } from "../../../proto/gen/straightline/v1/Bundle.js";
import type { Implementation } from "../../../proto/gen/straightline/v1/Implementation.js";
import type { RolloutLimits } from "../../../proto/gen/straightline/v1/RolloutLimits.js";
import { kindToWire } from "../../common/bus/index.js";
import { parseSizeBytes } from "../../common/config/index.js";
import type { Manifest, ManifestForm } from "./types.js";
import { durationMs, toResources } from "./units.js";

/** The application that a manifest asks for; `bundle` is what its bundle has been packed to. What is not given is left to the server's defaults. */
export function toApplication(manifest: Manifest, bundle: Bundle | undefined): Application {
  const { name, artifact, constraints, rollout } = manifest;
  return {
    name,
    artifact: bundle === undefined ? { image: artifact.image ?? null, command: artifact.command ?? null } : { bundle },
    implementations: manifest.implementations.map(toImplementation),
    timeoutMs: durationMs(manifest.timeout),
    objectiveMs: durationMs(manifest.objective),
    priceCap: manifest.priceCap ?? 0,
    idempotent: manifest.idempotent ?? false,
    readyPath: manifest.readyPath ?? "",
    statsPath: manifest.statsPath ?? "",
    constraints: constraints ?? null,
    packing: manifest.packing === "bin-pack" ? "PACKING_BIN_PACK" : "PACKING_UNSPECIFIED",
    rollout: rollout === undefined ? null : toRolloutLimits(rollout),
  };
}

function toRolloutLimits({ readyTimeout, maxFailedStarts, minReady }: NonNullable<Manifest["rollout"]>): RolloutLimits {
  return { readyTimeoutMs: durationMs(readyTimeout), maxFailedStarts: maxFailedStarts ?? 0, minReadyMs: durationMs(minReady) };
}

function toImplementation(form: ManifestForm): Implementation {
  const { kind, scale, resources } = form;
  return {
    kind: kindToWire(kind),
    replicas: form.replicas ?? Math.max(1, scale?.min ?? 1),
    autoscale: scale === undefined ? null : { min: scale.min, max: scale.max, idleMs: durationMs(scale.idle) },
    concurrency: form.concurrency ?? 0,
    resources: toResources(resources),
    environment: form.environment ?? {},
    payloadLimitBytes: form.payloadLimit === undefined ? 0 : parseSizeBytes(form.payloadLimit),
    keepAliveMs: durationMs(form.keepAlive),
  };
}

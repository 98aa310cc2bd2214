import type { KindToken } from "../../common/bus/index.js";

/** An application manifest that fits deploy/schema/application.json, which says what each key means. */
export interface Manifest {
  readonly name: string;
  readonly artifact: {
    readonly bundle?: string;
    readonly model?: string;
    readonly image?: { readonly reference: string; readonly command?: string[] };
    readonly command?: { readonly argv: string[]; readonly workingDirectory?: string };
  };
  readonly timeout?: string;
  readonly objective?: string;
  readonly priceCap?: number;
  readonly idempotent?: boolean;
  readonly readyPath?: string;
  readonly statsPath?: string;
  readonly constraints?: {
    readonly labels?: Record<string, string>;
    readonly zones?: string[];
    readonly affinity?: string[];
    readonly antiAffinity?: string[];
  };
  readonly packing?: "spread" | "bin-pack";
  readonly rollout?: { readonly readyTimeout?: string; readonly maxFailedStarts?: number; readonly minReady?: string };
  readonly implementations: readonly ManifestForm[];
}

/** What an instance or a stage asks of the machine. */
export interface ManifestResources {
  readonly cpu: number | string;
  readonly memory: string;
  readonly gpus?: number;
}

/** One form. */
export interface ManifestForm {
  readonly kind: KindToken;
  readonly replicas?: number;
  readonly scale?: { readonly min: number; readonly max: number; readonly idle?: string };
  readonly concurrency?: number;
  readonly resources: ManifestResources;
  readonly environment?: Record<string, string>;
  readonly payloadLimit?: string;
  readonly keepAlive?: string;
}

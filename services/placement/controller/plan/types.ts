import type { Amounts } from "../../room.js";
import type { NodeKind } from "../../scheduler/index.js";

/** One form of an application. */
export interface PlanForm {
  readonly kind: NodeKind;
  readonly replicas: number;
  /** What one instance may use; 0: not limited. */
  readonly resources: Amounts;
}

/** An application as far as its spreading over nodes depends on it. */
export interface PlanApplication {
  readonly name: string;
  readonly generation: number;
  readonly forms: readonly PlanForm[];
  readonly labels: Readonly<Record<string, string>>;
  /** Empty: any. */
  readonly zones: readonly string[];
  /** Applications whose nodes are preferred. */
  readonly affinity: readonly string[];
  /** Applications that must not be on the same node; its own name: one instance a node. */
  readonly antiAffinity: readonly string[];
  readonly packing: "spread" | "bin-pack";
  /** Highest price of one request; 0: none. */
  readonly priceCap: number;
}

/** What a stage of a job holds. */
export interface PlanStage {
  /** `job` and the id, which no application can be called. */
  readonly holder: string;
  readonly resources: Amounts;
}

/** A node as a place for instances. `full`: keeps what it has, takes nothing new, for the reason in `why`. */
export interface PlanNode {
  readonly nodeId: string;
  readonly kind: NodeKind;
  readonly status: "open" | "full" | "draining" | "lost";
  readonly why: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly zone: string;
  /** CPU and memory of 0 are not known, and limit nothing. */
  readonly capacity: Amounts;
  /** What stages of jobs have been promised on it, one entry a stage. */
  readonly stages: readonly PlanStage[];
  readonly pricePerRequest: number;
}

/** An assignment that stands in the bucket. */
export interface PlanAssignment {
  readonly nodeId: string;
  readonly application: string;
  /** Unique in the application, across its kinds. */
  readonly replica: number;
  readonly kind: NodeKind;
  readonly generation: number;
  /** Its instance is ready at this generation, for as long as the rollout asks, so that another one may go for it. */
  readonly ready: boolean;
  readonly resources: Amounts;
}

/** A step towards what is desired. */
export type PlanAction =
  | {
      readonly type: "create";
      readonly nodeId: string;
      readonly application: string;
      readonly replica: number;
      readonly kind: NodeKind;
      /** Why there, one phrase. */
      readonly reason: string;
    }
  | { readonly type: "update" | "remove"; readonly assignment: PlanAssignment; readonly reason: string };

/** Why a node takes no instance of a form. */
export interface NodeRefusal {
  readonly nodeId: string;
  /** One of REFUSED. */
  readonly reason: string;
  /** The reason with its figures. */
  readonly detail: string;
}

/** What is to happen with one form. */
export interface FormPlan {
  readonly application: string;
  readonly kind: NodeKind;
  readonly desired: number;
  /** Assignments that stay as they are. */
  readonly kept: number;
  /** Assignments on nodes that do not meet the constraints, which serve on until another node takes over; not among `kept`. */
  readonly displaced: number;
  readonly actions: readonly PlanAction[];
  /** Instances for which there is no node. */
  readonly unplaced: number;
  /** Of every node of the kind that takes none; only where instances are unplaced. */
  readonly refused: readonly NodeRefusal[];
}

/** The whole plan. */
export interface Plan {
  readonly forms: readonly FormPlan[];
  /** Assignments that belong to nothing that is desired. */
  readonly removals: readonly PlanAction[];
}

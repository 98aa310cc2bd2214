// Original file: straightline/v1/common.proto

/**
 * The form an application takes on a node.
 */
export const NodeKind = {
  /**
   * Not set; refused where a kind is needed.
   */
  NODE_KIND_UNSPECIFIED: 'NODE_KIND_UNSPECIFIED',
  /**
   * A supervised process on a virtual or physical machine (the paper's local web server).
   */
  NODE_KIND_VM: 'NODE_KIND_VM',
  /**
   * A container on a Docker Engine.
   */
  NODE_KIND_CONTAINER: 'NODE_KIND_CONTAINER',
  /**
   * A function behind a serverless adapter.
   */
  NODE_KIND_SERVERLESS: 'NODE_KIND_SERVERLESS',
} as const;

/**
 * The form an application takes on a node.
 */
export type NodeKind =
  /**
   * Not set; refused where a kind is needed.
   */
  | 'NODE_KIND_UNSPECIFIED'
  | 0
  /**
   * A supervised process on a virtual or physical machine (the paper's local web server).
   */
  | 'NODE_KIND_VM'
  | 1
  /**
   * A container on a Docker Engine.
   */
  | 'NODE_KIND_CONTAINER'
  | 2
  /**
   * A function behind a serverless adapter.
   */
  | 'NODE_KIND_SERVERLESS'
  | 3

/**
 * The form an application takes on a node.
 */
export type NodeKind__Output = typeof NodeKind[keyof typeof NodeKind]

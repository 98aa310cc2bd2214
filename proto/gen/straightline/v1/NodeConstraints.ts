// Original file: straightline/v1/deployment.proto


/**
 * Which nodes may run an application. All must hold.
 */
export interface NodeConstraints {
  /**
   * Labels that the node must have.
   */
  'labels'?: ({[key: string]: string});
  /**
   * Zones, of which the node must be in one; empty: any.
   */
  'zones'?: (string)[];
  /**
   * Applications whose nodes are preferred.
   */
  'affinity'?: (string)[];
  /**
   * Applications that must not run on the same node. Its own name: one instance a node.
   */
  'antiAffinity'?: (string)[];
}

/**
 * Which nodes may run an application. All must hold.
 */
export interface NodeConstraints__Output {
  /**
   * Labels that the node must have.
   */
  'labels': ({[key: string]: string});
  /**
   * Zones, of which the node must be in one; empty: any.
   */
  'zones': (string)[];
  /**
   * Applications whose nodes are preferred.
   */
  'affinity': (string)[];
  /**
   * Applications that must not run on the same node. Its own name: one instance a node.
   */
  'antiAffinity': (string)[];
}

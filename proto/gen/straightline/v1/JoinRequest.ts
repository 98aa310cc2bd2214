// Original file: straightline/v1/fleet.proto


/**
 * What an agent that has a token asks for, on straightline.v1.join.<kind>.<token id>: the server lets a token's holder publish there alone.
 */
export interface JoinRequest {
  /**
   * Id that the node is to have.
   */
  'nodeId'?: (string);
  /**
   * Public key (nkey, U...) that the agent has just made; its seed stays with the agent.
   */
  'publicKey'?: (string);
}

/**
 * What an agent that has a token asks for, on straightline.v1.join.<kind>.<token id>: the server lets a token's holder publish there alone.
 */
export interface JoinRequest__Output {
  /**
   * Id that the node is to have.
   */
  'nodeId': (string);
  /**
   * Public key (nkey, U...) that the agent has just made; its seed stays with the agent.
   */
  'publicKey': (string);
}

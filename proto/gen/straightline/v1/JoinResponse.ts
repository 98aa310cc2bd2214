// Original file: straightline/v1/fleet.proto


/**
 * The answer: credentials, or why not.
 */
export interface JoinResponse {
  /**
   * NATS user JWT for the public key, limited to the node's id; empty: refused.
   */
  'jwt'?: (string);
  /**
   * Code of a refusal, as in docs/errors.md.
   */
  'errorCode'?: (string);
  /**
   * Why, for a person.
   */
  'errorMessage'?: (string);
}

/**
 * The answer: credentials, or why not.
 */
export interface JoinResponse__Output {
  /**
   * NATS user JWT for the public key, limited to the node's id; empty: refused.
   */
  'jwt': (string);
  /**
   * Code of a refusal, as in docs/errors.md.
   */
  'errorCode': (string);
  /**
   * Why, for a person.
   */
  'errorMessage': (string);
}

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
  /**
   * Opens the key of the front that a token carries, and nothing else; given with the credentials, so once.
   */
  'frontSecret'?: (Buffer | Uint8Array | string);
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
  /**
   * Opens the key of the front that a token carries, and nothing else; given with the credentials, so once.
   */
  'frontSecret': (Buffer);
}

// Original file: straightline/v1/deployment.proto


/**
 * An image that the engine has or can pull.
 */
export interface ContainerImage {
  /**
   * Reference, for example registry.example/app:1.
   */
  'reference'?: (string);
  /**
   * Overrides the image's command; empty: its own.
   */
  'command'?: (string)[];
}

/**
 * An image that the engine has or can pull.
 */
export interface ContainerImage__Output {
  /**
   * Reference, for example registry.example/app:1.
   */
  'reference': (string);
  /**
   * Overrides the image's command; empty: its own.
   */
  'command': (string)[];
}

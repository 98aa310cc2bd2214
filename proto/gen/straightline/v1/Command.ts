// Original file: straightline/v1/deployment.proto


/**
 * A command on the machine.
 */
export interface Command {
  /**
   * Program and arguments; ${PORT} and ${GRPC_PORT} are replaced.
   */
  'argv'?: (string)[];
  /**
   * Working directory; empty: the instance's own.
   */
  'workingDirectory'?: (string);
}

/**
 * A command on the machine.
 */
export interface Command__Output {
  /**
   * Program and arguments; ${PORT} and ${GRPC_PORT} are replaced.
   */
  'argv': (string)[];
  /**
   * Working directory; empty: the instance's own.
   */
  'workingDirectory': (string);
}

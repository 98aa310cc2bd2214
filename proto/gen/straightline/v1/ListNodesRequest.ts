// Original file: straightline/v1/fleet.proto


/**
 * No parameters.
 */
export interface ListNodesRequest {
}

/**
 * No parameters.
 */
export interface ListNodesRequest__Output {
}

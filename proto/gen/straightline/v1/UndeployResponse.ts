// Original file: straightline/v1/deployment.proto


/**
 * Nothing to tell.
 */
export interface UndeployResponse {
}

/**
 * Nothing to tell.
 */
export interface UndeployResponse__Output {
}

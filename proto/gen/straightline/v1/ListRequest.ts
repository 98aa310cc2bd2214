// Original file: straightline/v1/deployment.proto


/**
 * No parameters.
 */
export interface ListRequest {
}

/**
 * No parameters.
 */
export interface ListRequest__Output {
}

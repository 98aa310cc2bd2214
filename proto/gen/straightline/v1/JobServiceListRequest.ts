// Original file: straightline/v1/job.proto


/**
 * No parameters.
 */
export interface JobServiceListRequest {
}

/**
 * No parameters.
 */
export interface JobServiceListRequest__Output {
}

// Original file: straightline/v1/placement.proto


/**
 * The answer to Report.
 */
export interface ReportResponse {
}

/**
 * The answer to Report.
 */
export interface ReportResponse__Output {
}

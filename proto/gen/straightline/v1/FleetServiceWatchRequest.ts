// Original file: straightline/v1/fleet.proto


/**
 * No parameters.
 */
export interface FleetServiceWatchRequest {
}

/**
 * No parameters.
 */
export interface FleetServiceWatchRequest__Output {
}

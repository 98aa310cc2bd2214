// Original file: inference/grpc_service.proto


/**
 * No parameters.
 */
export interface ServerLiveRequest {
}

/**
 * No parameters.
 */
export interface ServerLiveRequest__Output {
}

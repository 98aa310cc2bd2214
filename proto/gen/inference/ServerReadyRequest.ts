// Original file: inference/grpc_service.proto


/**
 * No parameters.
 */
export interface ServerReadyRequest {
}

/**
 * No parameters.
 */
export interface ServerReadyRequest__Output {
}

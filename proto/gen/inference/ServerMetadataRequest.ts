// Original file: inference/grpc_service.proto


/**
 * No parameters.
 */
export interface ServerMetadataRequest {
}

/**
 * No parameters.
 */
export interface ServerMetadataRequest__Output {
}

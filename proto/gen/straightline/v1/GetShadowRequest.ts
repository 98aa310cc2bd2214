// Original file: straightline/v1/placement.proto


/**
 * Asks for the shadow's figures.
 */
export interface GetShadowRequest {
}

/**
 * Asks for the shadow's figures.
 */
export interface GetShadowRequest__Output {
}

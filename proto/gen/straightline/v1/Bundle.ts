// Original file: straightline/v1/deployment.proto

import type { Long } from '@grpc/proto-loader';

/**
 * A directory packed as tar+gzip, kept in the object store `artifacts` under its digest. It holds bundle.json:
 * {"entrypoint": ["server.mjs"], "runtime": "node"}.
 */
export interface Bundle {
  /**
   * sha256:<64 hex digits> of the packed bytes.
   */
  'digest'?: (string);
  /**
   * Size of the packed bytes.
   */
  'sizeBytes'?: (number | string | Long);
}

/**
 * A directory packed as tar+gzip, kept in the object store `artifacts` under its digest. It holds bundle.json:
 * {"entrypoint": ["server.mjs"], "runtime": "node"}.
 */
export interface Bundle__Output {
  /**
   * sha256:<64 hex digits> of the packed bytes.
   */
  'digest': (string);
  /**
   * Size of the packed bytes.
   */
  'sizeBytes': (number);
}

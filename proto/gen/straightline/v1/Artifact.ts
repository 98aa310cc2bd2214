// Original file: straightline/v1/deployment.proto

import type { Bundle as _straightline_v1_Bundle, Bundle__Output as _straightline_v1_Bundle__Output } from '../../straightline/v1/Bundle.js';
import type { ContainerImage as _straightline_v1_ContainerImage, ContainerImage__Output as _straightline_v1_ContainerImage__Output } from '../../straightline/v1/ContainerImage.js';
import type { Command as _straightline_v1_Command, Command__Output as _straightline_v1_Command__Output } from '../../straightline/v1/Command.js';

/**
 * What an instance runs. Exactly one.
 */
export interface Artifact {
  /**
   * A bundle in the object store.
   */
  'bundle'?: (_straightline_v1_Bundle | null);
  /**
   * The user's own image and command.
   */
  'image'?: (_straightline_v1_ContainerImage | null);
  /**
   * The user's own command, for a VM.
   */
  'command'?: (_straightline_v1_Command | null);
  /**
   * The one.
   */
  'source'?: "bundle"|"image"|"command";
}

/**
 * What an instance runs. Exactly one.
 */
export interface Artifact__Output {
  /**
   * A bundle in the object store.
   */
  'bundle'?: (_straightline_v1_Bundle__Output | null);
  /**
   * The user's own image and command.
   */
  'image'?: (_straightline_v1_ContainerImage__Output | null);
  /**
   * The user's own command, for a VM.
   */
  'command'?: (_straightline_v1_Command__Output | null);
  /**
   * The one.
   */
  'source'?: "bundle"|"image"|"command";
}

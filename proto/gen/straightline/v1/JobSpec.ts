// Original file: straightline/v1/job.proto

import type { Bundle as _straightline_v1_Bundle, Bundle__Output as _straightline_v1_Bundle__Output } from '../../straightline/v1/Bundle.js';
import type { JobStage as _straightline_v1_JobStage, JobStage__Output as _straightline_v1_JobStage__Output } from '../../straightline/v1/JobStage.js';

/**
 * What a user wants to have done.
 */
export interface JobSpec {
  /**
   * Name: 1 to 40 of a-z, 0-9 and '-', starting with a letter.
   */
  'name'?: (string);
  /**
   * Folder, packed, of which every stage finds a copy of its own as its working directory. Absent: an empty one.
   */
  'source'?: (_straightline_v1_Bundle | null);
  /**
   * Artifacts that the user brings along, by name.
   */
  'artifacts'?: ({[key: string]: _straightline_v1_Bundle});
  /**
   * In the order in which they run.
   */
  'stages'?: (_straightline_v1_JobStage)[];
}

/**
 * What a user wants to have done.
 */
export interface JobSpec__Output {
  /**
   * Name: 1 to 40 of a-z, 0-9 and '-', starting with a letter.
   */
  'name': (string);
  /**
   * Folder, packed, of which every stage finds a copy of its own as its working directory. Absent: an empty one.
   */
  'source': (_straightline_v1_Bundle__Output | null);
  /**
   * Artifacts that the user brings along, by name.
   */
  'artifacts': ({[key: string]: _straightline_v1_Bundle__Output});
  /**
   * In the order in which they run.
   */
  'stages': (_straightline_v1_JobStage__Output)[];
}

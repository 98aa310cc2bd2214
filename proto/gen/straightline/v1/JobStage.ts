// Original file: straightline/v1/job.proto

import type { NodeKind as _straightline_v1_NodeKind, NodeKind__Output as _straightline_v1_NodeKind__Output } from '../../straightline/v1/NodeKind.js';
import type { Resources as _straightline_v1_Resources, Resources__Output as _straightline_v1_Resources__Output } from '../../straightline/v1/Resources.js';
import type { Gate as _straightline_v1_Gate, Gate__Output as _straightline_v1_Gate__Output } from '../../straightline/v1/Gate.js';
import type { Long } from '@grpc/proto-loader';

/**
 * One step of a job.
 */
export interface JobStage {
  /**
   * Name: 1 to 40 of a-z, 0-9 and '-', starting with a letter; unique in the job.
   */
  'name'?: (string);
  /**
   * Program and arguments. May be empty where the image has its own.
   */
  'command'?: (string)[];
  /**
   * Image to run in; empty: the stage is a process on the node.
   */
  'image'?: (string);
  /**
   * Kinds of node, the one liked best first: container needs an image, vm a command. Empty: container with an image, else vm.
   */
  'kinds'?: (_straightline_v1_NodeKind)[];
  /**
   * Limits of the stage, and what a node must have free.
   */
  'resources'?: (_straightline_v1_Resources | null);
  /**
   * Environment of the stage.
   */
  'environment'?: ({[key: string]: string});
  /**
   * Artifacts, of the user or of earlier stages, that lie unpacked in $STRAIGHTLINE_INPUTS/<name>.
   */
  'inputs'?: (string)[];
  /**
   * Artifacts that the stage makes: folders $STRAIGHTLINE_OUTPUTS/<name>; names are unique in the job.
   */
  'outputs'?: (string)[];
  /**
   * What must hold of the numbers in $STRAIGHTLINE_METRICS, or the job fails.
   */
  'gates'?: (_straightline_v1_Gate)[];
  /**
   * Attempts after the first that failed; 0 to 10.
   */
  'retries'?: (number);
  /**
   * Longest that one attempt may take, milliseconds; default 3,600,000.
   */
  'timeoutMs'?: (number | string | Long);
}

/**
 * One step of a job.
 */
export interface JobStage__Output {
  /**
   * Name: 1 to 40 of a-z, 0-9 and '-', starting with a letter; unique in the job.
   */
  'name': (string);
  /**
   * Program and arguments. May be empty where the image has its own.
   */
  'command': (string)[];
  /**
   * Image to run in; empty: the stage is a process on the node.
   */
  'image': (string);
  /**
   * Kinds of node, the one liked best first: container needs an image, vm a command. Empty: container with an image, else vm.
   */
  'kinds': (_straightline_v1_NodeKind__Output)[];
  /**
   * Limits of the stage, and what a node must have free.
   */
  'resources': (_straightline_v1_Resources__Output | null);
  /**
   * Environment of the stage.
   */
  'environment': ({[key: string]: string});
  /**
   * Artifacts, of the user or of earlier stages, that lie unpacked in $STRAIGHTLINE_INPUTS/<name>.
   */
  'inputs': (string)[];
  /**
   * Artifacts that the stage makes: folders $STRAIGHTLINE_OUTPUTS/<name>; names are unique in the job.
   */
  'outputs': (string)[];
  /**
   * What must hold of the numbers in $STRAIGHTLINE_METRICS, or the job fails.
   */
  'gates': (_straightline_v1_Gate__Output)[];
  /**
   * Attempts after the first that failed; 0 to 10.
   */
  'retries': (number);
  /**
   * Longest that one attempt may take, milliseconds; default 3,600,000.
   */
  'timeoutMs': (number);
}

import { StraightLineError } from "../../common/errors/index.js";

/** Numbers with their shape, as they enter and leave a network. */
export interface NetworkTensor {
  readonly data: Float32Array;
  readonly shape: readonly number[];
}

/** A loaded network of one FP32 input and at least one FP32 output. */
export interface OnnxSession {
  /** Runs the network once. Rejects with INTERNAL when the runtime fails. */
  run(input: NetworkTensor): Promise<NetworkTensor>;
  /** Frees the network. */
  release(): Promise<void>;
}

/** How a network is loaded. */
export interface OnnxSessionOptions {
  /** File of the network. */
  readonly modelPath: string;
  /** Name of the input that is fed. */
  readonly inputName: string;
  /** Name of the output that is read. */
  readonly outputName: string;
  /** Threads of one run; more than one competes with the other requests for the same cores. */
  readonly threads: number;
}

/**
 * Loads a network with ONNX Runtime on the CPU. Rejects with ARTIFACT_INVALID when the file is no network or has no input
 * or output of the given names.
 */
export async function createOnnxSession(options: OnnxSessionOptions): Promise<OnnxSession> {
  const { InferenceSession, Tensor } = await import("onnxruntime-node");
  const { inputName, outputName, modelPath } = options;
  const session = await InferenceSession.create(modelPath, {
    intraOpNumThreads: options.threads,
    interOpNumThreads: 1,
    executionMode: "sequential",
  }).catch((cause: unknown) => {
    throw new StraightLineError("ARTIFACT_INVALID", `${modelPath} cannot be loaded as an ONNX network; give a whole .onnx file`, {
      cause,
    });
  });
  assertNamed(modelPath, "input", inputName, session.inputNames);
  assertNamed(modelPath, "output", outputName, session.outputNames);
  return {
    run: async ({ data, shape }) => {
      const results = await session.run({ [inputName]: new Tensor("float32", data, shape) }, [outputName]);
      return toNetworkTensor(outputName, results[outputName]);
    },
    release: () => session.release(),
  };
}

function assertNamed(modelPath: string, role: string, name: string, known: readonly string[]): void {
  if (!known.includes(name)) {
    throw new StraightLineError(
      "ARTIFACT_INVALID",
      `${modelPath} has no ${role} "${name}"; it has ${known.join(", ")}: name one of these in model.json`,
    );
  }
}

function toNetworkTensor(
  name: string,
  result: { readonly data: unknown; readonly dims: readonly number[] } | undefined,
): NetworkTensor {
  if (!(result?.data instanceof Float32Array)) {
    throw new StraightLineError("INTERNAL", `output "${name}" of the network is not FP32`);
  }
  return { data: result.data, shape: result.dims };
}

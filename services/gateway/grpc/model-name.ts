import protobuf from "protobufjs";
import { invalidField } from "../../common/errors/index.js";

/** Field 1 of ModelInferRequest (`model_name`) and of ModelMetadataRequest (`name`), length-delimited: (1 << 3) | 2. */
const NAME_TAG = 10;

/**
 * Reads the model's name from an encoded request and skips everything else, tensors included. The last value wins, as protobuf asks.
 * Throws INVALID_REQUEST for bytes that are not a message or name no model.
 */
export function readModelName(bytes: Uint8Array): string {
  const name = scan(bytes);
  if (name === "") throw invalidField("model_name", "must name an application; it is empty");
  return name;
}

function scan(bytes: Uint8Array): string {
  const reader = protobuf.Reader.create(bytes);
  let name = "";
  try {
    while (reader.pos < reader.len) {
      const tag = reader.uint32();
      // Not reader.string(): on a Buffer it takes a text that is cut short for whole.
      if (tag === NAME_TAG) name = new TextDecoder().decode(reader.bytes());
      else reader.skipType(tag & 7);
    }
  } catch (cause) {
    throw invalidField(
      "request",
      `is not a valid protobuf message (${cause instanceof Error ? cause.message : "unknown fault"})`,
    );
  }
  return name;
}

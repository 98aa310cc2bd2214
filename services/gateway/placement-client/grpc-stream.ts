import { Metadata } from "@grpc/grpc-js";
import type { PlacementServiceClient } from "../../../proto/gen/straightline/v1/PlacementService.js";
import type { StreamOpener } from "./place-stream.js";

/** Opens PlaceStream calls on a client. */
export function grpcStreamOpener(client: PlacementServiceClient): StreamOpener {
  return ({ onResults, onDrain, onClosed }) => {
    const call = client.placeStream(new Metadata());
    call.on("data", (response) => onResults(response.results));
    call.on("drain", onDrain);
    // A graceful end by placement (it is stopping) gives a status but no error.
    call.on("error", onClosed);
    call.on("status", (status) => onClosed(status));
    return {
      write: (items) => call.write({ items: [...items] }),
      close: () => call.cancel(),
    };
  };
}

const HEADER_BYTES = 8;

/**
 * The text of a container's log: frames of a stream number, three zero bytes, a length (big-endian) and that many bytes
 * (https://docs.docker.com/reference/api/engine/version/v1.41/#tag/Container/operation/ContainerAttach). A frame that is cut off is shown as
 * far as it goes.
 */
export function textOfFrames(bytes: Buffer): string {
  const parts: Buffer[] = [];
  for (let at = 0; at + HEADER_BYTES <= bytes.length; ) {
    const end = at + HEADER_BYTES + bytes.readUInt32BE(at + 4);
    parts.push(bytes.subarray(at + HEADER_BYTES, end));
    at = end;
  }
  return Buffer.concat(parts).toString("utf8");
}

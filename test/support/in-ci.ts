/** True where a missing component is a failure rather than a loud skip. */
export function inCi(): boolean {
  return process.env["CI"] === "true";
}

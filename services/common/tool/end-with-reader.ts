/** Ends the process quietly when nobody reads its output any more (`... | head`), which else would be an uncaught error. */
export function endWithReader(process: NodeJS.Process): void {
  process.stdout.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code !== "EPIPE") throw error;
    process.exit();
  });
}

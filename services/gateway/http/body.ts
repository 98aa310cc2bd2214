/**
 * A request's body that streams through and can be sent a second time as long as all of it that was sent is still held.
 * One reader at a time: opening it anew ends the reader before.
 */
export interface RequestBody {
  /** Declared size, or what was read so far of a body without one. */
  readonly sizeBytes: number;
  /** Bytes handed to the latest reader. */
  readonly sentBytes: number;
  /** Reads until the end, at most `limitBytes`; false: there is more. */
  fill(limitBytes: number): Promise<boolean>;
  /** True: `open` would give the whole body. */
  replayable(): boolean;
  open(): AsyncGenerator<Buffer, void, undefined>;
  /** No replay will be asked for: held bytes are freed as they are read. */
  release(): void;
  /** The source broke, so the client went away. */
  broken(): boolean;
}

/** Creates a body over its source; at most `holdBytes` and one chunk are held. */
export function createBody(source: AsyncIterator<Buffer>, declaredBytes: number | undefined, holdBytes: number): RequestBody {
  let held: Buffer[] = [];
  let heldBytes = 0;
  // Chunks before this number have been let go.
  let firstHeld = 0;
  let holding = true;
  let done = false;
  let brokenBy: { readonly error: unknown } | undefined;
  let pulling: Promise<void> | undefined;
  let reader = 0;
  let sentBytes = 0;

  const pull = (): Promise<void> => {
    if (brokenBy !== undefined) return Promise.reject(brokenBy.error);
    pulling ??= source
      .next()
      .then(
        (next) => {
          if (next.done) done = true;
          else take(next.value);
        },
        (error: unknown) => {
          brokenBy = { error };
          throw error;
        },
      )
      .finally(() => {
        pulling = undefined;
      });
    return pulling;
  };

  const take = (chunk: Buffer): void => {
    held.push(chunk);
    heldBytes += chunk.length;
    if (heldBytes > holdBytes) holding = false;
  };

  const letGoBefore = (index: number): void => {
    const gone = held.slice(0, index - firstHeld);
    if (gone.length === 0) return;
    held = held.slice(gone.length);
    firstHeld = index;
    for (const chunk of gone) heldBytes -= chunk.length;
  };

  const readUpTo = async (index: number): Promise<Buffer | undefined> => {
    while (index >= firstHeld + held.length && !done) await pull();
    return held[index - firstHeld];
  };

  async function* open(): AsyncGenerator<Buffer, void, undefined> {
    const self = ++reader;
    sentBytes = 0;
    for (let index = 0; ; index++) {
      const chunk = await readUpTo(index);
      // A reader that was replaced while it waited must not let go what its successor needs.
      if (chunk === undefined || self !== reader) return;
      if (!holding) letGoBefore(index + 1);
      sentBytes += chunk.length;
      yield chunk;
    }
  }

  return {
    get sizeBytes() {
      return declaredBytes ?? heldBytes;
    },
    get sentBytes() {
      return sentBytes;
    },
    async fill(limitBytes) {
      while (!done && heldBytes <= limitBytes) await pull();
      return done && heldBytes <= limitBytes;
    },
    replayable: () => firstHeld === 0 && brokenBy === undefined,
    open,
    release: () => {
      holding = false;
    },
    broken: () => brokenBy !== undefined,
  };
}

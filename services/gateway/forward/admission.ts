import { StraightLineError } from "../../common/errors/index.js";

/** How many requests are served at the same time, over both protocols. */
export interface Admission {
  /** Takes a place and gives the function that frees it. Throws OVERLOADED or DRAINING at once. */
  enter(): () => void;
  /** From now on nothing is taken. */
  refuse(): void;
  readonly refusing: boolean;
  /** Requests that are served now. */
  readonly held: number;
}

/** Advised delay before another try, milliseconds. */
const RETRY_AFTER_MS = 1000;

/** Creates a gate for `limit` requests. */
export function createAdmission(limit: number): Admission {
  let held = 0;
  let refusing = false;
  return {
    enter() {
      if (refusing) throw refusal("DRAINING", "the gateway is stopping");
      if (held >= limit) throw refusal("OVERLOADED", `the gateway serves ${limit} requests already`);
      held += 1;
      let left = false;
      return () => {
        if (!left) held -= 1;
        left = true;
      };
    },
    refuse: () => {
      refusing = true;
    },
    get refusing() {
      return refusing;
    },
    get held() {
      return held;
    },
  };
}

function refusal(code: "DRAINING" | "OVERLOADED", message: string): StraightLineError {
  return new StraightLineError(code, message, { details: { retryAfterMs: RETRY_AFTER_MS } });
}

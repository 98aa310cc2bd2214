import type { Distribution } from "../draws/index.js";
import { fault, list, number, optional, positive, type Read, required, shape, tagged } from "./read.js";

/** A distribution whose values are in the unit that `read` reads; a bare value is a constant. */
export function distributionOf(read: Read<number>): Read<Distribution> {
  const shapes = tagged<Distribution>({
    constant: shape({ value: required(read) }),
    uniform: ordered("low", "high", shape({ low: required(read), high: required(read) })),
    exponential: shape({ mean: required(read) }),
    lognormal: shape({ median: required(read), sigma: required(number(0, 10)) }),
    pareto: ordered(
      "least",
      "most",
      shape({ least: required(read), shape: required(positive), most: optional(read, Number.MAX_SAFE_INTEGER) }),
    ),
    mixture: shape({ of: required((value, path, faults) => parts(value, path, faults)) }),
  });
  const parts = list(
    shape({ weight: required(positive), distribution: required<Distribution>((...args) => either(...args)) }),
    1,
  );
  const either: Read<Distribution> = (value, path, faults) => {
    if (typeof value === "object" && value !== null) return shapes(value, path, faults);
    const constant = read(value, path, faults);
    return constant === undefined ? undefined : { type: "constant", value: constant };
  };
  return either;
}

/** The value of `low` must not be above that of `high`. */
function ordered<K extends string>(low: K, high: K, read: Read<{ readonly [N in K]: number }>): Read<object> {
  return (value, path, faults) => {
    const known = read(value, path, faults);
    if (known === undefined || known[low] <= known[high]) return known;
    return fault(faults, `${path}.${high}`, `must be ${low} (${known[low]}) or more`, known[high]);
  };
}

import { assertApplicationName } from "../../common/bus/index.js";
import { type FieldViolation, StraightLineError } from "../../common/errors/index.js";

/** The fault of a name that cannot be an application's; empty: none. */
export function applicationNameFault(field: string, name: string): readonly FieldViolation[] {
  try {
    assertApplicationName(field, name);
    return [];
  } catch (error) {
    return StraightLineError.from(error).details.violations ?? [];
  }
}

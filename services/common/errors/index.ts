export { ERROR_CATALOGUE, type ErrorCode, type StatusName } from "./catalogue.js";
export {
  causeChain,
  type ErrorDetails,
  type FieldViolation,
  invalidField,
  invalidRequest,
  StraightLineError,
  systemCode,
} from "./error.js";

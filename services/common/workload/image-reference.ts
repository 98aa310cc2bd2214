/**
 * The grammar of image references, that of github.com/distribution/reference: an optional registry, a path in small letters, and an optional
 * tag and digest.
 */
const LABEL = "[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?";
const REGISTRY = `(?:${LABEL}(?:\\.${LABEL})*|\\[[0-9A-Fa-f:]+\\])(?::[0-9]+)?/`;
const PART = "[a-z0-9]+(?:(?:\\.|_|__|-+)[a-z0-9]+)*";
const TAG = ":\\w[\\w.-]{0,127}";
const DIGEST = "@[A-Za-z][A-Za-z0-9]*(?:[-_+.][A-Za-z][A-Za-z0-9]*)*:[0-9A-Fa-f]{32,}";
const REFERENCE = new RegExp(`^(?:${REGISTRY})?${PART}(?:/${PART})*(?:${TAG})?(?:${DIGEST})?$`);
/** Of the name alone, without tag and digest. */
const MAX_NAME_CHARACTERS = 255;
const MAX_REFERENCE_CHARACTERS = 512;

/** Whether an engine could look for an image under this reference. */
export function isImageReference(text: string): boolean {
  // The length comes first: it bounds the work of the expression.
  if (text.length > MAX_REFERENCE_CHARACTERS || !REFERENCE.test(text)) return false;
  const name = text.replace(/@.*$/, "").replace(/:[^:/]*$/, "");
  return name.length <= MAX_NAME_CHARACTERS;
}

/** A decoded image: rows of red, green and blue, a byte each; of brightness alone for a model that takes `gray`. */
export interface Pixels {
  readonly width: number;
  readonly height: number;
  readonly values: Uint8Array;
}

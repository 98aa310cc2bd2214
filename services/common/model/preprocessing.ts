/** How an encoded image becomes the numbers that a model takes. */
export interface Preprocessing {
  /** Width of the model's input, pixels. */
  readonly width: number;
  /** Height of the model's input, pixels. */
  readonly height: number;
  /**
   * `stretch` fills the input whatever the picture's ratio. `pad-right` keeps the ratio at full height, squeezes what is
   * wider than the input and leaves the rest at the right at 0 after normalisation, as PaddleOCR does with text lines.
   */
  readonly fit: "stretch" | "pad-right";
  /** Order of the colour channels; `gray`: brightness alone. */
  readonly channels: "rgb" | "bgr" | "gray";
  /** `NCHW`: one plane per channel. `NHWC`: channels side by side. */
  readonly layout: "NCHW" | "NHWC";
  /** What a channel value (0..255) is multiplied by before the mean is taken away. */
  readonly scale: number;
  /** Subtracted after scaling, per channel in the order of `channels`. */
  readonly mean: readonly number[];
  /** Divided by after that, per channel in the order of `channels`. */
  readonly std: readonly number[];
}

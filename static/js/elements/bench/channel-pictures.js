/** Painted pictures of the convolution's input maps, kept for reuse. */

import { colorIndex, colorTable } from "../../colors/palettes.js";
import { visibleChannels } from "../../draw/convolution.js";
import { node } from "../../draw/markup.js";
import { colorChoices, colorScaleOfValues } from "../../state/map-colors.js";

/** @typedef {import("../../draw/convolution.js").Scene} Scene */
/** @typedef {import("./bench-views.js").CellContext} CellContext */

const MOST = 512;

export class ChannelPictures {
  /** @type {Map<number, {picture: HTMLCanvasElement, values: import("../../draw/convolution.js").Scale}>} */
  #pictures = new Map();
  /** The values and settings that the pictures were painted with. @type {[Float32Array | undefined, string]} */
  #subject = [undefined, ""];

  /**
   * Give each visible channel of a scene its picture.
   * @param {Scene} scene
   * @param {CellContext} context
   */
  paint(scene, { explorer, sources: [source], layer }) {
    const choices = colorChoices(explorer);
    if (this.#subject[0] !== source?.data || this.#subject[1] !== choices || this.#pictures.size > MOST) {
      this.#pictures.clear();
      this.#subject = [source?.data, choices];
    }
    if (!source) return;
    const [height, width] = scene.input;
    for (const { channel } of visibleChannels(scene)) {
      let picture = this.#pictures.get(channel.channel);
      if (!picture) {
        const values = channelValues(source, channel.channel);
        const colors = colorScaleOfValues(explorer, layer.inputs[0] ?? "", values);
        picture = { picture: paintedMap(values, height, width, colors), values: colors };
        this.#pictures.set(channel.channel, picture);
      }
      channel.picture = picture.picture;
      channel.values = picture.values;
    }
  }
}

/**
 * One channel's values.
 * @param {import("./bench-views.js").Source} source
 * @param {number} channel
 */
export function channelValues({ data, shape }, channel) {
  const size = (shape[1] ?? 1) * (shape[2] ?? 1);
  return data.subarray(channel * size, (channel + 1) * size);
}

/**
 * @param {Float32Array} values
 * @param {number} height
 * @param {number} width
 * @param {import("../../colors/color-scales.js").ColorScale} colors
 */
function paintedMap(values, height, width, { colormap, limit, signed }) {
  const canvas = node("canvas", { width, height });
  const context = canvas.getContext("2d");
  if (!context) return canvas;
  const image = context.createImageData(width, height);
  const pixels = new Uint32Array(image.data.buffer);
  const ramp = colorTable(colormap);
  values.forEach((value, index) => {
    pixels[index] = ramp[colorIndex(colormap, value, limit, signed)] ?? 0;
  });
  context.putImageData(image, 0, 0);
  return canvas;
}

/** The numbers of weights of a dense layer and a convolution with the same input and output sizes, biases not counted. */

/**
 * @typedef {object} LayerSizes
 * @property {number} side of the picture, and of the output
 * @property {number} channels of the picture
 * @property {number} filters channels of the output
 * @property {number} kernel a filter's side
 */

/** A dense layer has a weight for every pair of an output and an input number. @param {LayerSizes} sizes */
export const denseWeights = ({ side, channels, filters }) => side * side * channels * side * side * filters;

/** A convolution uses a filter's weights at every place. @param {LayerSizes} sizes */
export const convolutionWeights = ({ channels, filters, kernel }) => kernel * kernel * channels * filters;

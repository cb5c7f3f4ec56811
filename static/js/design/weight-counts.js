/** How many weights layers learn for the same picture and the same output, biases not counted. */

/**
 * @typedef {object} LayerSizes
 * @property {number} side of the picture, and of the output
 * @property {number} channels of the picture
 * @property {number} filters channels of the output
 * @property {number} kernel a filter's side
 */

/** Every number of the output has a weight of its own for every number of the picture. @param {LayerSizes} sizes */
export const denseWeights = ({ side, channels, filters }) => side * side * channels * side * side * filters;

/** A filter's weights serve every place of the picture alike. @param {LayerSizes} sizes */
export const convolutionWeights = ({ channels, filters, kernel }) => kernel * kernel * channels * filters;

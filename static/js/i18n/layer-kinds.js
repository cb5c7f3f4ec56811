/** The names of layer kinds in the reader's language. */

import { t } from "./locale.js";

/**
 * The name of a layer's kind; for an operation without a description, PyTorch's name.
 * @param {{kind: string, name: string}} layer
 */
export const kindName = ({ kind, name }) => (kind === "other" ? name : t(`kind.${kind}`));

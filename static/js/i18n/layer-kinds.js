/** What a layer is called in the reader's language. */

import { t } from "./locale.js";

/**
 * The kind of a layer; of an operation that has no name here, what PyTorch calls it.
 * @param {{kind: string, name: string}} layer
 */
export const kindName = ({ kind, name }) => (kind === "other" ? name : t(`kind.${kind}`));

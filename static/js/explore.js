/** The Explore page: one explorer, whose state is the page's address. */

import { pageData } from "./api/page-data.js";
import { createExplorer } from "./explorer.js";
import { pageAddress } from "./state/address.js";
import { setTheme } from "./state/theme.js";

const { state } = createExplorer(document.body, { page: pageData, address: pageAddress() });

/** @param {Readonly<import("./state/explore-fields.js").Explore>} value */
const dropFrame = ({ embed }) => document.documentElement.toggleAttribute("data-embed", embed);

setTheme(state.get().theme);
dropFrame(state.get());
state.subscribe(dropFrame);

/** A page of Learn on which the elements are those that any other page would embed. */

import { setUpHeader } from "./header.js";

setUpHeader();

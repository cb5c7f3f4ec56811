/** A page of Learn on which the elements are those that any other page would embed. */

import { dressHeader } from "./header.js";

dressHeader();

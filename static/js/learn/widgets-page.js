/** The page that documents the public elements; embed.js defines them there, as on any other page. */

import { setUpHeader } from "./header.js";

setUpHeader();

/** A page of Learn: what it holds is readable as it came; here it begins to move. */

import "./elements/copy-dialog.js";
import { elementsOn } from "./learn/elements.js";
import { dressHeader } from "./learn/header.js";

dressHeader();
if (document.querySelector("lesson-question")) await import("./learn/lesson-question.js");
for (const name of elementsOn(document)) await import(`./learn/${name}.js`);

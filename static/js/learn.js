/** The entry of a page of Learn. The page is readable without it; it loads only the modules that the page needs. */

import "./elements/controls/copy-dialog.js";
import { elementsOn } from "./learn/catalog.js";
import { setUpHeader } from "./learn/header.js";

const main = document.querySelector("main");

setUpHeader();
if (document.querySelector(".contents")) (await import("./learn/progress.js")).showProgress();
if (document.querySelector("lesson-question")) await import("./learn/lesson-question.js");
for (const name of elementsOn(document)) await import(`./learn/elements/${name}.js`);

const { LessonElement } = await import("./learn/lesson-element.js");
const lessons = [...document.querySelectorAll(".lesson")].filter((element) => element instanceof LessonElement);
const [first] = lessons;
const teacher = document.querySelector(".teacher");
if (first && teacher instanceof HTMLElement) (await import("./learn/teacher-link.js")).addTeacherLink(teacher, lessons);
if (first && main?.classList.contains("alone") && parent !== window) (await import("./learn/embedded.js")).connectToParent(first);
if (document.documentElement.dataset["present"] !== undefined) {
  const { Presentation } = await import("./learn/presentation.js");
  new Presentation();
}

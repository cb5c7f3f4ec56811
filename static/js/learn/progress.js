/** Which questions the reader has answered. They are kept in this browser's local storage and nowhere else. */

import { node } from "../draw/markup.js";
import { formatCount, t } from "../i18n/locale.js";

const KEY = "convscope:solved";

/** @returns {Set<string>} ids of questions */
export function solvedQuestions() {
  try {
    const stored = JSON.parse(localStorage.getItem(KEY) ?? "[]");
    return new Set(Array.isArray(stored) ? stored.filter((id) => typeof id === "string") : []);
  } catch {
    return new Set(); // there is no storage, or another program has written something else there
  }
}

/** @param {string} question */
export function markSolved(question) {
  try {
    localStorage.setItem(KEY, JSON.stringify([...solvedQuestions().add(question)]));
  } catch {
    // Without storage questions can still be answered.
  }
}

function forgetSolved() {
  try {
    localStorage.removeItem(KEY);
  } catch {
    // Without storage there is nothing to remove.
  }
}

/** Show in the table of contents how many of each chapter's questions are answered, and a button that forgets them. */
export function showProgress() {
  const solved = solvedQuestions();
  const chapters = [...document.querySelectorAll(".contents > li")].filter((chapter) => chapter instanceof HTMLElement);
  let total = 0;
  for (const chapter of chapters) {
    const questions = (chapter.dataset["questions"] ?? "").split(" ");
    const count = questions.filter((id) => solved.has(id)).length;
    total += count;
    chapter.querySelector(".done")?.remove();
    if (!count) continue;
    const words = t("learn.progress", { count: formatCount(count), all: formatCount(questions.length) });
    chapter.classList.toggle("whole", count === questions.length);
    chapter.querySelector(".words")?.append(node("span", { class: "done" }, words));
  }
  const more = document.querySelector(".more");
  if (!total || !more) return;
  const button = node("button", { type: "button", class: "tool wide" }, t("learn.progress.forget"));
  button.addEventListener("click", () => {
    forgetSolved();
    button.remove();
    for (const chapter of chapters) {
      chapter.classList.remove("whole");
      chapter.querySelector(".done")?.remove();
    }
  });
  more.append(button);
}

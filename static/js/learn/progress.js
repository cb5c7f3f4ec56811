/** Which questions this browser has answered: kept here and nowhere else. */

import { node } from "../draw/markup.js";
import { formatCount, t } from "../i18n/locale.js";

const KEY = "convscope:solved";

/** @returns {Set<string>} ids of questions */
export function solvedQuestions() {
  try {
    const found = JSON.parse(localStorage.getItem(KEY) ?? "[]");
    return new Set(Array.isArray(found) ? found.filter((one) => typeof one === "string") : []);
  } catch {
    return new Set(); // a browser that keeps nothing, or what another program has left there
  }
}

/** @param {string} question */
export function markSolved(question) {
  try {
    localStorage.setItem(KEY, JSON.stringify([...solvedQuestions().add(question)]));
  } catch {
    // A browser that keeps nothing still answers questions.
  }
}

function forget() {
  try {
    localStorage.removeItem(KEY);
  } catch {
    // Nothing was kept.
  }
}

/** In the table of contents: how many of each chapter's questions are answered, and a way to begin anew. */
export function showProgress() {
  const done = solvedQuestions();
  const chapters = [...document.querySelectorAll(".contents > li")].filter((one) => one instanceof HTMLElement);
  let all = 0;
  for (const chapter of chapters) {
    const questions = (chapter.dataset["questions"] ?? "").split(" ");
    const count = questions.filter((one) => done.has(one)).length;
    all += count;
    chapter.querySelector(".done")?.remove();
    if (!count) continue;
    const words = t("learn.progress", { count: formatCount(count), all: formatCount(questions.length) });
    chapter.classList.toggle("whole", count === questions.length);
    chapter.querySelector(".words")?.append(node("span", { class: "done" }, words));
  }
  const more = document.querySelector(".more");
  if (!all || !more) return;
  const button = node("button", { type: "button", class: "tool wide" }, t("learn.progress.forget"));
  button.addEventListener("click", () => {
    forget();
    button.remove();
    for (const chapter of chapters) {
      chapter.classList.remove("whole");
      chapter.querySelector(".done")?.remove();
    }
  });
  more.append(button);
}

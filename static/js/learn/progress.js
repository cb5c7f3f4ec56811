/** Which questions this browser has answered: kept here and nowhere else. */

const KEY = "convscope:solved";

/** @returns {Set<string>} ids of questions */
export function solved() {
  try {
    const found = JSON.parse(localStorage.getItem(KEY) ?? "[]");
    return new Set(Array.isArray(found) ? found.filter((one) => typeof one === "string") : []);
  } catch {
    return new Set(); // a browser that keeps nothing, or what another program has left there
  }
}

/** @param {string} question */
export function solve(question) {
  try {
    localStorage.setItem(KEY, JSON.stringify([...solved().add(question)]));
  } catch {
    // A browser that keeps nothing still answers questions.
  }
}

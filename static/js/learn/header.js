/** The bar at the top of a lesson's page: the theme, and what a choice is remembered by. */

import { remember } from "../state/cookies.js";
import { t } from "../i18n/locale.js";

const THEMES = /** @type {const} */ (["auto", "light", "dark"]);
const SIGNS = { auto: "◐", light: "☀", dark: "☾" };

export function setUpHeader() {
  const root = document.documentElement;
  const theme = document.getElementById("theme");
  const language = document.getElementById("language");
  language?.addEventListener("click", () => remember("lang", language.lang === "ko" ? "ko" : "en"));
  if (!theme) return;
  const tell = () => {
    const now = THEMES.find((one) => one === root.dataset["theme"]) ?? "auto";
    theme.textContent = SIGNS[now];
    theme.title = t("explore.theme", { theme: t(`explore.theme.${now}`) });
    theme.setAttribute("aria-label", theme.title);
    return now;
  };
  theme.addEventListener("click", () => {
    const next = THEMES[(THEMES.indexOf(tell()) + 1) % THEMES.length] ?? "auto";
    root.dataset["theme"] = next;
    remember("theme", next);
    tell();
  });
  theme.hidden = false;
  tell();
}

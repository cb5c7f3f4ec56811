/** The bar at the top of a page of Learn: buttons for the theme and the language, whose choices are kept in cookies. */

import { remember } from "../state/cookies.js";
import { t } from "../i18n/locale.js";

const THEMES = /** @type {const} */ (["auto", "light", "dark"]);
const SIGNS = { auto: "◐", light: "☀", dark: "☾" };

export function setUpHeader() {
  const root = document.documentElement;
  const button = document.getElementById("theme");
  const language = document.getElementById("language");
  language?.addEventListener("click", () => remember("lang", language.lang === "ko" ? "ko" : "en"));
  if (!button) return;
  const currentTheme = () => THEMES.find((theme) => theme === root.dataset["theme"]) ?? "auto";
  const showTheme = () => {
    const theme = currentTheme();
    button.textContent = SIGNS[theme];
    button.title = t("explore.theme", { theme: t(`explore.theme.${theme}`) });
    button.setAttribute("aria-label", button.title);
  };
  button.addEventListener("click", () => {
    const next = THEMES[(THEMES.indexOf(currentTheme()) + 1) % THEMES.length] ?? "auto";
    root.dataset["theme"] = next;
    remember("theme", next);
    showTheme();
  });
  button.hidden = false;
  showTheme();
}

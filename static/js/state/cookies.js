/** What the server should know before the next page is drawn: the language and the theme, nothing else. */

const YEAR = 365 * 24 * 3600;

/**
 * @param {"lang" | "theme"} name
 * @param {string} value
 */
export function remember(name, value) {
  document.cookie = `${name}=${value}; Path=/; Max-Age=${YEAR}; SameSite=Lax`;
}

/** Cookies for what the server needs before it writes the next page: the language and the theme, nothing else. */

const YEAR = 365 * 24 * 3600;

/**
 * @param {"lang" | "theme"} name
 * @param {string} value
 */
export function remember(name, value) {
  document.cookie = `${name}=${value}; Path=/; Max-Age=${YEAR}; SameSite=Lax`;
}

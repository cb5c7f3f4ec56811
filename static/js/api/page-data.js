/** The data that the server wrote into the page, so that the first maps need no further request. */

/**
 * @typedef {object} PageData
 * @property {"en" | "ko"} lang
 * @property {Record<string, string>} strings
 * @property {import("./types.d.ts").Card[]} networks
 * @property {import("./types.d.ts").Sample[]} samples
 * @property {import("./types.d.ts").Network | null} network the detail of the network that opens
 * @property {"auto" | "light" | "dark"} theme
 * @property {{network: string | null, picture: string | null, checkpoint: string, trace: string | null}} initial the values
 *   of fields that the URL does not name, and the trace that the server has begun
 * @property {{network: string | null, picture: string | null, checkpoint: string}} shown the specification of that trace
 * @property {{bytes: number, pixels: number}} limits the largest file and the largest picture that the server takes
 * @property {Record<string, import("../codecs/element-settings.js").Entry>} elements the catalog of public elements
 * @property {string} version
 */

/** @type {PageData} */
const EMPTY = {
  lang: "en",
  strings: {},
  networks: [],
  samples: [],
  network: null,
  theme: "auto",
  shown: { network: null, picture: null, checkpoint: "trained" },
  initial: { network: null, picture: null, checkpoint: "trained", trace: null },
  limits: { bytes: 0, pixels: 0 },
  elements: {},
  version: "",
};

/** @returns {PageData} */
function read() {
  const text = globalThis.document?.getElementById("page-data")?.textContent;
  return text ? { ...EMPTY, ...JSON.parse(text) } : EMPTY;
}

export const pageData = read();

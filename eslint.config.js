import js from "@eslint/js";
import globals from "globals";

// tsc already knows types, unused and undefined names; what is here is what types cannot see.
const strictness = {
  "array-callback-return": "error",
  complexity: ["error", 20],
  "consistent-return": "off",
  curly: ["error", "multi-line"],
  "default-case-last": "error",
  eqeqeq: "error",
  "max-depth": ["error", 4],
  "max-lines": ["error", { max: 450, skipBlankLines: true, skipComments: true }],
  "max-lines-per-function": ["error", { max: 80, skipBlankLines: true, skipComments: true }],
  "max-params": ["error", 7],
  "no-alert": "error",
  "no-await-in-loop": "off",
  "no-console": "error",
  "no-else-return": "error",
  "no-eval": "error",
  "no-implicit-coercion": "error",
  "no-implied-eval": "error",
  "no-new-func": "error",
  "no-param-reassign": "error",
  "no-promise-executor-return": "error",
  "no-self-compare": "error",
  "no-shadow": "error",
  "no-template-curly-in-string": "error",
  "no-throw-literal": "error",
  "no-unmodified-loop-condition": "error",
  "no-unneeded-ternary": "error",
  "no-unreachable-loop": "error",
  "no-unused-expressions": "error",
  "no-unused-vars": ["error", { argsIgnorePattern: "^_", varsIgnorePattern: "^_" }],
  "no-use-before-define": ["error", { functions: false, classes: true, variables: false }],
  "no-useless-return": "error",
  "no-var": "error",
  "object-shorthand": "error",
  "prefer-const": "error",
  "prefer-rest-params": "error",
  "prefer-template": "error",
  radix: "error",
  "require-atomic-updates": "off",
};

/** Rooms of static/js without a DOM, so that Node and PyTorch can check them; each with the rooms that it may import from. */
const PURE = {
  codecs: [],
  colors: [],
  derivation: [],
  math: [],
  design: ["derivation"],
  edits: ["codecs"],
  layout: ["derivation"],
};
const pure = Object.keys(PURE);
const belowElements = [...pure, "api", "i18n", "draw", "state"];
const shared = [...belowElements, "elements/controls", "elements/plots"];

/**
 * What each room may import from, besides itself. Rooms of elements share controls and plots. Two rooms hold others: the
 * bench has the layer's editors and its comparison, the picture column the picture's editors.
 * @type {Readonly<Record<string, readonly string[]>>}
 */
export const ROOMS = {
  ...PURE,
  api: ["codecs"],
  i18n: [...pure, "api"],
  draw: [...pure, "i18n"],
  state: [...pure, "api", "i18n"],
  "elements/controls": belowElements,
  "elements/plots": belowElements,
  "elements/bench": [...shared, "elements/compare", "elements/editing"],
  "elements/compare": shared,
  "elements/editing": shared,
  "elements/network": shared,
  "elements/page": shared,
  "elements/picture": [...shared, "elements/editing"],
  learn: shared,
};

/** @param {string} room @returns {string} the last part of its path, which no other room has */
const folder = (room) => room.slice(room.lastIndexOf("/") + 1);

/** The rules that keep a room's modules from importing what is not below them. @param {[string, readonly string[]]} entry */
function direction([room, allowed]) {
  const forbidden = Object.keys(ROOMS).filter((one) => one !== room && !allowed.includes(one)).map(folder).join("|");
  // The page's entries are above all rooms; the base class of elements is for elements.
  const above = ["^(?:\\.\\./)+(?:explore|explorer|initial-elements|learn|embed)\\.js$", ...(room.startsWith("elements/") ? [] : ["(?:^|/)explorer-element\\.js$"])];
  const message = `${room} may import from ${allowed.join(", ") || "itself alone"}.`;
  return {
    files: [`static/js/${room}/**/*.js`],
    rules: {
      "no-restricted-imports": ["error", { patterns: [`(?:^|/)(?:${forbidden})/`, ...above].map((regex) => ({ regex, message })) }],
      "no-restricted-syntax": ["error", { selector: `ImportExpression > Literal[value=/(^|\\u002F)(${forbidden})\\u002F/]`, message }],
    },
  };
}

export default [
  js.configs.recommended,
  {
    files: ["static/js/**/*.js"],
    languageOptions: { ecmaVersion: 2023, sourceType: "module", globals: globals.browser },
    linterOptions: { reportUnusedDisableDirectives: "error" },
    rules: {
      ...strictness,
      // Markup is built from nodes: a label or a file name must never become HTML.
      "no-restricted-properties": [
        "error",
        { property: "innerHTML", message: "Build nodes; text must never become HTML." },
        { property: "outerHTML", message: "Build nodes; text must never become HTML." },
        { property: "insertAdjacentHTML", message: "Build nodes; text must never become HTML." },
      ],
    },
  },
  {
    files: pure.map((room) => `static/js/${room}/**/*.js`),
    rules: {
      "no-restricted-globals": [
        "error", "document", "window", "HTMLElement", "customElements", "fetch", "XMLHttpRequest", "Image", "navigator", "location",
        "localStorage", "sessionStorage", "getComputedStyle", "requestAnimationFrame",
      ],
    },
  },
  ...Object.entries(ROOMS).map(direction),
  {
    files: ["tests/static/**/*.js", "tests/scripts/**/*.js", "scripts/**/*.js", "eslint.config.js"],
    languageOptions: { ecmaVersion: 2023, sourceType: "module", globals: globals.node },
    rules: { ...strictness, "max-lines-per-function": "off" },
  },
];

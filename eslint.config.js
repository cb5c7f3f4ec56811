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
    files: ["static/js/math/**/*.js"],
    // Arithmetic stays free of the DOM, so that Node and PyTorch can check it.
    rules: { "no-restricted-globals": ["error", "document", "window", "HTMLElement", "customElements", "fetch"] },
  },
  {
    files: ["tests/static/**/*.js", "tests/scripts/**/*.js", "scripts/**/*.js", "eslint.config.js"],
    languageOptions: { ecmaVersion: 2023, sourceType: "module", globals: globals.node },
    rules: { ...strictness, "max-lines-per-function": "off" },
  },
];

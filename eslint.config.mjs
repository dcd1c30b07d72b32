import js from "@eslint/js";
import { defineConfig, globalIgnores } from "eslint/config";
import tseslint from "typescript-eslint";

const size = (max) => ["error", { max, skipBlankLines: true, skipComments: true }];

/** Tests that leave others out, or promise instead of checking. */
const unfinishedTests = ["describe", "it", "test"].flatMap((object) => [
  { object, property: "only", message: "it silences every other test of the file" },
  { object, property: "todo", message: "write the test, or an issue" },
]);

const everywhere = {
  eqeqeq: "error",
  "no-console": "error",
  "no-restricted-exports": [
    "error",
    { restrictDefaultExports: { direct: true, named: true, defaultFrom: true, namedFrom: true, namespaceFrom: true } },
  ],
  "object-shorthand": "error",
  "prefer-template": "error",
};

const limits = {
  complexity: ["error", { max: 12, variant: "modified" }],
  "max-depth": ["error", 3],
  "max-lines": size(300),
  "max-lines-per-function": size(40),
  "max-params": ["error", 6],
};

const types = {
  "@typescript-eslint/consistent-type-imports": ["error", { fixStyle: "inline-type-imports" }],
  "@typescript-eslint/explicit-module-boundary-types": "error",
  // Code points are what is meant by a string's characters here: names, not prose.
  "@typescript-eslint/no-misused-spread": ["error", { allow: ["string"] }],
  // It asks for `!`, which the strict set forbids: an index proven by the loop around it is written `list[i] as T`.
  "@typescript-eslint/non-nullable-type-assertion-style": "off",
  "@typescript-eslint/no-unnecessary-condition": ["error", { allowConstantLoopConditions: "only-allowed-literals" }],
  "@typescript-eslint/no-unused-vars": ["error", { argsIgnorePattern: "^_", varsIgnorePattern: "^_" }],
  "@typescript-eslint/prefer-readonly": "error",
  "@typescript-eslint/restrict-template-expressions": ["error", { allowNumber: true }],
  "@typescript-eslint/switch-exhaustiveness-check": ["error", { considerDefaultExhaustiveForUnions: true }],
};

export default defineConfig(
  globalIgnores(["**/node_modules/", "cdktf.out/", "coverage/", "dist/", ".gen/"]),
  { linterOptions: { reportUnusedDisableDirectives: "error" } },
  js.configs.recommended,
  { rules: everywhere },
  {
    files: ["**/*.ts"],
    extends: [tseslint.configs.strictTypeChecked, tseslint.configs.stylisticTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: { ...limits, ...types },
  },
  {
    files: ["cli/**/*.ts", "bench/**/*.ts"],
    rules: { "no-console": "off" },
  },
  {
    files: ["__tests__/**/*.ts"],
    rules: {
      "max-lines-per-function": "off",
      "no-restricted-properties": ["error", ...unfinishedTests],
      "@typescript-eslint/no-non-null-assertion": "off",
    },
  },
  {
    // What tools load by name: they demand a default export, or CommonJS.
    files: ["**/*.mjs", "**/*.js"],
    languageOptions: {
      globals: { process: "readonly", console: "readonly", module: "writable", require: "readonly", __dirname: "readonly" },
    },
    rules: { "no-console": "off", "no-restricted-exports": "off" },
  },
);

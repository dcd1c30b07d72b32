/** @type {import('jest').Config} */
module.exports = {
  testEnvironment: "node",
  roots: ["<rootDir>/__tests__"],
  testMatch: ["**/*.test.ts"],
  setupFiles: ["<rootDir>/__tests__/property-runs.ts"],
  transform: {
    "^.+\\.ts$": ["@swc/jest", { jsc: { target: "es2022", parser: { syntax: "typescript" } }, module: { type: "commonjs" } }],
  },
  // How fast a machine is decides no test: this only ends one that hangs. In milliseconds.
  testTimeout: 120_000,
  // Snapshots are written by hand (`npx jest -u`) and reviewed; a CI run only compares.
  ci: Boolean(process.env.CI),
};

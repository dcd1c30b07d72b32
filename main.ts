import { App } from "cdktf";
import { declareStacks, loadSettings, SettingsError } from "./stacks";

/** Settings, then stacks, then the JSON Terraform reads. */
function main(): void {
  const app = new App();
  declareStacks(app, loadSettings({ context: app.node.tryGetContext("netpol") as unknown, environment: process.env }));
  app.synth();
}

try {
  main();
} catch (error) {
  if (!(error instanceof SettingsError)) throw error;
  process.stderr.write(`error: ${error.message}\n`);
  process.exitCode = 1;
}

/** A setting that cannot be used: which one, what it holds, what is allowed. Its message is all a person needs. */
export class SettingsError extends Error {
  override readonly name = "SettingsError";
}

/** A value as a person would recognise it in an error. */
const shown = (value: unknown): string => (typeof value === "string" ? value : JSON.stringify(value));

/** A value outside what the setting allows. `source` is where it was read: an environment variable, or the context. */
export const invalidValue = (key: string, source: string, value: unknown, allowed: string): SettingsError =>
  new SettingsError(`setting \`${key}\` in ${source} is \`${shown(value)}\`: allowed is ${allowed}`);

/** A name no setting has. */
export const unknownSetting = (name: string, source: string, suggestion: string): SettingsError =>
  new SettingsError(`unknown setting \`${name}\` in ${source}: did you mean \`${suggestion}\`? docs/stacks.md lists them all`);

/** Settings that are not an object of names and values. */
export const notAnObject = (source: string, value: unknown): SettingsError =>
  new SettingsError(`${source} is \`${shown(value)}\`: allowed is an object of settings, such as {"region": "eu-west-1"}`);

/** Two settings that exclude each other. */
export const conflict = (key: string, value: unknown, allowed: string): SettingsError =>
  new SettingsError(`setting \`${key}\` is \`${shown(value)}\`: allowed is ${allowed}`);

import { type Command, Option } from "commander";
import { type Config } from "./config/config-schema";
import { loadConfig, type LoadedConfig } from "./config/load-config";
import { Failure } from "./failure";
import type { GatePolicy } from "./gate/gate";
import { type OutputOptions, parseTarget } from "./output";
import { Phases } from "./phases";
import { isCi } from "./terminal";
import { type Analysis, analyse } from "./analysis";

/** What every command that reads inputs takes. */
export interface CommonOptions {
  readonly input?: readonly string[];
  readonly before?: readonly string[];
  readonly stack?: readonly string[];
  readonly provider?: readonly string[];
  readonly config?: string;
  readonly output?: readonly string[];
  readonly color: "auto" | "always" | "never";
  readonly timings?: true;
  readonly timeout: number;
  readonly allowEmpty?: true;
  readonly quiet?: true;
  readonly ci?: true;
}

/** What the gates take beside. */
export interface GateOptions extends CommonOptions {
  readonly failOn: GatePolicy["failOn"];
  readonly failOnChange: GatePolicy["failOnChange"];
  readonly unknown: GatePolicy["unknown"];
}

/** Values of an option that may be repeated. */
export const collect = (value: string, known: readonly string[] = []): readonly string[] => [...known, value];
const seconds = (value: string): number => {
  const number = Number(value);
  if (!Number.isFinite(number) || number <= 0) throw new Failure(`\`--timeout ${value}\` is no number of seconds`);
  return number;
};

export const inputsHelp =
  "a cdktf.out folder, *.tf.json, plan or state JSON, manifests (file or folder), - for standard input, live[:CONTEXT]";

/** Adds what every command that reads inputs takes, and writes a report. */
export const withInputs = (command: Command, formats: string): Command =>
  withSources(command).addOption(
    new Option("-o, --output <format[=file]>", `how to write the answer; may be repeated (${formats}; default: text)`)
      .argParser(collect)
      .env("NETPOL_OUTPUT"),
  );

/** Adds what every command that reads inputs takes. */
export function withSources(command: Command): Command {
  return command
    .addOption(new Option("-i, --input <input>", "an input, as a word of its own names one; may be repeated").argParser(collect))
    .addOption(new Option("--before <input>", "what was there before, where the input does not tell; may be repeated").argParser(collect))
    .addOption(new Option("--stack <name>", "only this stack of a cdktf.out folder; may be repeated").argParser(collect))
    .addOption(
      new Option(
        "--provider <name>",
        "only the cluster of this provider configuration, such as kubernetes.staging; may be repeated for one cluster",
      ).argParser(collect),
    )
    .addOption(new Option("-c, --config <file>", "configuration; without it, the nearest netpol.config.yaml").env("NETPOL_CONFIG"))
    .addOption(new Option("--color <when>", "colours").choices(["auto", "always", "never"]).default("auto"))
    .addOption(new Option("--timings", "say on standard error how long each phase took"))
    .addOption(new Option("--timeout <seconds>", "how long to wait for a live cluster").argParser(seconds).default(60))
    .addOption(new Option("--allow-empty", "an input without Kubernetes objects is no reason to stop"))
    .addOption(new Option("-q, --quiet", "no progress on standard error"))
    .addOption(
      new Option(
        "--ci",
        "no progress; annotations for GitHub where its Actions run it (default: where the environment variable CI is set)",
      ),
    );
}

/** Adds what decides the exit code. */
export function withGate(command: Command): Command {
  return command
    .addOption(
      new Option("--fail-on-change <which>", "changes of connections that fail")
        .choices(["none", "added", "removed", "any", "exposure"])
        .default("none")
        .env("NETPOL_FAIL_ON_CHANGE"),
    )
    .addOption(
      new Option("--unknown <how>", "what is not known, such as values that only apply makes")
        .choices(["strict", "warn", "ignore"])
        .default("warn")
        .env("NETPOL_UNKNOWN"),
    );
}

/** A run of a command: its options over the environment over the configuration, its inputs read. */
export class Session {
  readonly loaded: LoadedConfig;
  readonly phases: Phases;

  constructor(
    private readonly command: Command,
    readonly options: CommonOptions,
  ) {
    this.loaded = loadConfig(options.config);
    this.phases = new Phases(process.stderr.isTTY && !this.isCi && options.quiet === undefined);
  }

  private get isCi(): boolean {
    return this.options.ci === true || isCi();
  }

  /** The value of an option: the command line and the environment win over the configuration, and that over the default. */
  setting<K extends keyof Config & keyof GateOptions>(name: K): GateOptions[K] {
    const options = this.options as GateOptions;
    const configured = this.loaded.config[name] as GateOptions[K] | undefined;
    const source = this.command.getOptionValueSource(name);
    return configured === undefined || source === "cli" || source === "env" ? options[name] : configured;
  }

  get gate(): GatePolicy {
    return { failOn: this.setting("failOn"), failOnChange: this.setting("failOnChange"), unknown: this.setting("unknown") };
  }

  get output(): OutputOptions {
    const written = this.options.output ?? this.loaded.config.output ?? ["text"];
    const targets = [written].flat().map(parseTarget);
    const isInActions = this.isCi && process.env.GITHUB_ACTIONS === "true";
    const isMissing = isInActions && !targets.some(({ format, file }) => format === "github" || file === undefined);
    return { targets: isMissing ? [...targets, { format: "github" }] : targets, color: this.options.color };
  }

  /**
   * Reads the inputs of the command line, named by words or by `--input`, else those of the configuration.
   *
   * @param texts new texts of files that are read, by name. @default none
   */
  analyse(inputs: readonly string[], texts?: ReadonlyMap<string, string>): Analysis {
    const { input = [], before, stack, provider, timeout } = this.options;
    const written = [...inputs, ...input];
    const named = written.length > 0 ? written : (this.loaded.config.inputs ?? []);
    if (named.length === 0) throw new Failure(`no input is named; give ${inputsHelp}, or \`inputs\` in netpol.config.yaml`);
    const { context } = this.loaded.config;
    const providers = provider ?? context?.providers;
    return analyse(
      {
        inputs: named,
        timeout,
        ...(texts === undefined ? {} : { texts }),
        ...(before === undefined ? {} : { before }),
        ...(stack === undefined ? {} : { stacks: stack }),
        ...(providers === undefined ? {} : { providers }),
        ...(context === undefined ? {} : { context }),
      },
      this.phases,
    );
  }

  /** Ends a run: what was slow, where that was asked for. */
  finish(): void {
    if (this.options.timings !== true) return;
    const total = this.phases.timings.reduce((sum, { ms }) => sum + ms, 0);
    for (const { phase, ms } of [...this.phases.timings, { phase: "total", ms: total }]) {
      process.stderr.write(`${phase.padEnd(14)}${ms.toFixed(0).padStart(8)} ms\n`);
    }
  }
}

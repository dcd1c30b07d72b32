import { readConfigureGlobal } from "fast-check";
import { propertyRuns, propertySeed } from "./property-runs";

const given = { ...process.env };

afterEach(() => {
  process.env = { ...given };
});

test("a property runs as often as it says when nobody asks for more", () => {
  delete process.env.FC_RUNS;
  expect(propertyRuns(250)).toBe(250);
});

test("a long run raises the number and never lowers it", () => {
  process.env.FC_RUNS = "5000";
  expect(propertyRuns(250)).toBe(5000);
  expect(propertyRuns(10_000)).toBe(10_000);
});

test("a seed is taken from the environment, negative ones too", () => {
  process.env.FC_SEED = "-1234";
  expect(propertySeed()).toBe(-1234);
  delete process.env.FC_SEED;
  expect(propertySeed()).toBeUndefined();
});

test("anything but a whole number is refused by name", () => {
  process.env.FC_RUNS = "many";
  expect(() => propertyRuns(1)).toThrow("environment variable FC_RUNS is `many`: give it a whole number");
});

test("every test file is set up with it", () => {
  expect(readConfigureGlobal().numRuns).toBeGreaterThanOrEqual(100);
});

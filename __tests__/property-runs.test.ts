import fc, { readConfigureGlobal } from "fast-check";
import { check, propertyRuns, propertySeed } from "./property-runs";

const given = { ...process.env };

afterEach(() => {
  process.env = { ...given };
  jest.restoreAllMocks();
});

test("a property runs as often as it says when nobody asks for more", () => {
  delete process.env.FC_RUNS;
  expect(propertyRuns(250)).toBe(250);
});

test("a long run raises every number in proportion and never lowers it", () => {
  process.env.FC_RUNS = "2000";
  expect([propertyRuns(100), propertyRuns(30), propertyRuns(500)]).toEqual([2_000, 600, 10_000]);
  process.env.FC_RUNS = "10";
  expect(propertyRuns(250)).toBe(250);
});

test("a seed is taken from the environment, negative ones too", () => {
  process.env.FC_SEED = "-1234";
  expect(propertySeed()).toBe(-1234);
  delete process.env.FC_SEED;
  expect(propertySeed()).toBeUndefined();
});

test("a property is checked as often and with the seed that the environment asks for, and says so", () => {
  const write = jest.spyOn(process.stdout, "write").mockReturnValue(true);
  process.env.FC_RUNS = "300";
  process.env.FC_SEED = "7";
  const drawn: number[][] = [[], []];
  for (const numbers of drawn) {
    const keep = (n: number) => void numbers.push(n);
    check("numbers", 10, fc.property(fc.nat(), keep));
  }
  expect(drawn[0]).toHaveLength(30);
  expect(drawn[1]).toEqual(drawn[0]);
  expect(write.mock.calls.map(([text]) => text)).toEqual(Array(2).fill("numbers: 30 random cases, FC_SEED=7\n"));
});

test("anything but a whole number is refused by name", () => {
  process.env.FC_RUNS = "many";
  expect(() => propertyRuns(1)).toThrow("environment variable FC_RUNS is `many`: give it a whole number");
});

test("every test file is set up with it", () => {
  expect(readConfigureGlobal().numRuns).toBeGreaterThanOrEqual(100);
});

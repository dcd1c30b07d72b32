import type { Problem } from "../inputs/objects";

/** The run cannot go on: bad usage, or an input that cannot be read. Printed as it is, without a stack trace; exit code 2. */
export class Failure extends Error {}

/** One line for each problem, with the place and the field first. */
export const problemLine = ({ severity, message, location, field }: Problem): string => {
  const { file, line, column, address, constructPath } = location;
  const position = line === undefined ? "" : `:${String(line)}${column === undefined ? "" : `:${String(column)}`}`;
  const at = [file === undefined ? undefined : `${file}${position}`, address, constructPath].filter((part) => part !== undefined).join(" ");
  return `${severity}: ${at === "" ? "" : `${at}: `}${message}${field === undefined || message.includes(field) ? "" : ` (${field})`}`;
};

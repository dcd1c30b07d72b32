import { isUtf8 } from "node:buffer";
import { Failure } from "./failure";

/** What UTF-16 begins with, for either order of bytes. */
const utf16Marks = ["fffe", "feff"];

/** Bytes as UTF-8. Those that are none are a Failure, since names in them would be read as others; a byte that no text has is left to whoever reads it. */
export function utf8Text(bytes: Buffer, name: string): string {
  const text = bytes.toString("utf8");
  if (isUtf8(bytes)) return text;
  if (utf16Marks.includes(bytes.subarray(0, 2).toString("hex"))) {
    throw new Failure(`${name} is UTF-16, as PowerShell writes files; write it again as UTF-8`);
  }
  if (bytes.includes(0)) return text;
  const line = text.slice(0, text.indexOf("\uFFFD")).split("\n").length;
  throw new Failure(`${name} is not UTF-8 in line ${String(line)}; write it again as UTF-8`);
}

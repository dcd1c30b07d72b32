import picomatch from "picomatch";

/** Whether a name is what a pattern says: `*` stands for any text without a slash, `**` for any text, `{a,b}` for either. */
export const matchesPattern = (pattern: string, text: string): boolean => picomatch.isMatch(text, pattern, { dot: true });

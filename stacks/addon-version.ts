/** Whether an add-on version, such as v1.20.1-eksbuild.3, is of this release or a later one. The text must already be one. */
export function isAtLeast(version: string, ...wanted: readonly number[]): boolean {
  const parts = version.slice(1).replace("-eksbuild", "").split(".").map(Number);
  const differing = wanted.findIndex((part, index) => part !== parts[index]);
  return differing === -1 || (parts[differing] ?? 0) > (wanted[differing] ?? 0);
}

/** What several files are called together: the one there is, the folder all are in, or how many there are. */
export function commonName(files: readonly string[]): string {
  const [first = "", ...rest] = files;
  if (rest.length === 0) return first;
  const folder = rest.reduce((common, file) => sharedFolder(common, file), folderOf(first));
  return folder === "" ? `${files.length} files` : folder;
}

/** The folder of a file, with the separator at its end; nothing for a file without one. */
const folderOf = (file: string): string => /^.*[\\/]/s.exec(file)?.[0] ?? "";

function sharedFolder(folder: string, file: string): string {
  let shared = folder;
  while (!file.startsWith(shared)) shared = folderOf(shared.slice(0, -1));
  return shared;
}

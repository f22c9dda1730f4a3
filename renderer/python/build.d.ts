/** What the build puts in the place of expressions. */

interface ImportMetaEnv {
  /** Folder of Pyodide's files, relative to the page, with a slash at its end. */
  readonly PYODIDE_FOLDER: string;
}

interface ImportMeta {
  readonly env: ImportMetaEnv;
  glob(
    pattern: string,
    options: { readonly query: '?raw'; readonly import: 'default'; readonly eager: true },
  ): Readonly<Record<string, string>>;
  glob(
    pattern: string,
    options: { readonly query: '?raw'; readonly import: 'default'; readonly eager: false },
  ): Readonly<Record<string, () => Promise<string>>>;
}

/** Modules of Monaco and Vite that come without types. */

declare module 'monaco-editor/features/register.all';

declare module 'monaco-editor/editor/editor.worker?worker' {
  const EditorWorker: new () => Worker;
  export { EditorWorker as default };
}

/** Files that are emitted as they are: what they export is their address. */
declare module '*?url' {
  const address: string;
  export default address;
}

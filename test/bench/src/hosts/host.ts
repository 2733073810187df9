/** An application that one of the plugins is installed into, as its own maker's guide sets a new one up. */
export interface Host {
  readonly name: string;
  /** In this repository's `test/bench/hosts`. */
  readonly folder: string;
  /** The package of ours that is installed, and before it those that come with it. */
  readonly plugin: string;
  readonly brings: readonly string[];
  /** What a new application depends on, in the versions that the plugin is tested with. */
  readonly dependencies: readonly string[];
  readonly otherDependencies: Readonly<Record<string, string>>;
  /** A command of the application's own: the package that has it, and the file it runs. */
  readonly command: readonly [packageName: string, file: string];
  readonly build: readonly string[];
  /** Where the built server runs, and where its admin's files are. */
  readonly builtFolder: string;
  readonly adminFolder: string;
  /** Run once on an empty database; nothing where the first start does it. */
  readonly migrate?: readonly string[];
  readonly start: (port: number) => readonly string[];
  readonly healthPath: string;
  /** Not found unless the plugin serves it: where Meta's webhooks come to. */
  readonly pluginPath: string;
  /** Environment that leads one of the two, with the plugin or without, to a new database. */
  readonly database: (opened: AsyncDisposableStack) => Promise<Readonly<Record<string, string>>>;
  /** Packages that an application must hold once: two copies of them break hooks or styles. */
  readonly single: readonly string[];
  /** What stands once in a built admin for each copy in it. */
  readonly marks: Readonly<Record<string, RegExp>>;
}

/** The production builds of React 18 say these once each. */
export const REACT_MARKS = {
  react: /\bReactCurrentDispatcher:/g,
  "react-dom": /\brendererPackageName:"react-dom"/g,
};

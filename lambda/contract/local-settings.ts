/** Context key of `LocalSettings`. The local stack sets it for the app that it synthesizes. */
export const LOCAL_SETTINGS_CONTEXT = 'callback-completion:local-settings';

/** What is different on this machine, for every pipeline of the app. */
export interface LocalSettings {
  /**
   * Settings that replace props, as `-c` takes them: `{ "retrySchedule": "1s,1s" }`.
   *
   * @default - none
   */
  readonly settings?: Readonly<Record<string, string>>;
  /**
   * Whether callbacks may also go to this machine itself, in addition to what the props allow.
   *
   * @default false
   */
  readonly allowsLoopback?: boolean;
}

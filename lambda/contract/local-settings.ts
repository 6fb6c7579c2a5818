/**
 * Context key of settings for this machine. Its value is an object of settings as `-c` takes them, which replace the props
 * of every pipeline: `{ "retrySchedule": "1s,1s" }`. The local stack sets it for the app that it synthesizes.
 */
export const LOCAL_SETTINGS_CONTEXT = 'callback-completion:local-settings';

/** What CDK apps import, as `callback-completion`. */
export { BuildError } from '../lib/build/build-error.ts';
export { CallbackCompletion } from '../lib/callback-completion.ts';
export type { CallbackCompletionProps, FunctionNetwork } from '../lib/callback-completion-props.ts';
export { SettingError } from '../lib/setting-error.ts';
export type { Work } from '../lib/work.ts';

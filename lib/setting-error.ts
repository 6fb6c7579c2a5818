/** A setting that cannot be used. Its message is all that a user needs to mend it. */
export class SettingError extends Error {
  override readonly name = 'SettingError';

  /** A known setting with a value that cannot be used. */
  static refused(setting: string, given: unknown, allowed: string, example: string): SettingError {
    return new SettingError(
      `${setting}: got ${show(given)}; allowed is ${allowed}, for example ${setting}=${example}`,
    );
  }

  /** A name that is no setting. */
  static unknown(setting: string, known: readonly string[]): SettingError {
    return new SettingError(`${setting}: there is no such setting; the settings are ${known.join(', ')}`);
  }
}

function show(given: unknown): string {
  return typeof given === 'string' || typeof given === 'object' ? JSON.stringify(given) : String(given);
}

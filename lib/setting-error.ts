/** A setting that cannot be used. Its message is all that a user needs to mend it. */
export class SettingError extends Error {
  override readonly name = 'SettingError';

  /** A known setting with a value that cannot be used. */
  static refused(setting: string, given: unknown, allowed: string, example: string): SettingError {
    return new SettingError(
      `${setting}: got ${show(given)}; allowed is ${allowed}, for example ${setting}=${example}`,
    );
  }

  /** A setting that another one cannot do without. */
  static missing(setting: string, neededBy: string, meaning: string, example: string): SettingError {
    return new SettingError(
      `${setting}: is needed with ${neededBy}; give ${meaning}, for example ${setting}=${example}`,
    );
  }

  /** A setting that nothing reads as things are, though whoever gave it thinks otherwise. */
  static unused(setting: string, given: unknown, neededBy: string, present: string): SettingError {
    return new SettingError(
      `${setting}: got ${show(given)}, which has no effect with ${present}; give ${neededBy} too, or leave ${setting} out`,
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

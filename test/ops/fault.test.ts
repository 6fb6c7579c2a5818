import { describe, expect, it } from 'vitest';
import { explain } from '../../ops/fault.ts';

describe('an error of the SDK', () => {
  it.each([
    ['Error', 'Region is missing'],
    ['CredentialsProviderError', 'Could not load credentials from any providers'],
  ])('leads on to the doctor where AWS cannot be asked at all: %s: %s', (name, message) => {
    expect(explain(Object.assign(new Error(message), { name }))).toBe(
      `${message}. AWS is asked with your own settings: give AWS_PROFILE, or AWS_REGION with credentials. npm run doctor says what is missing.`,
    );
  });
});

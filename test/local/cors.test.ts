import { describe, expect, it } from 'vitest';
import { answerHeaders, type CorsSettings, preflightHeaders } from '../../local/cors.ts';

const CORS: CorsSettings = {
  allowOrigins: ['https://app.example.com', 'http://localhost:3000'],
  allowMethods: ['GET', 'POST'],
  allowHeaders: ['content-type', 'idempotency-key'],
  exposeHeaders: ['location', 'retry-after'],
  allowCredentials: false,
  maxAgeSeconds: 300,
};

describe('a preflight request', () => {
  it('is answered with what the settings allow', () => {
    expect(preflightHeaders(CORS, 'https://app.example.com', 'POST')).toEqual({
      'access-control-allow-origin': 'https://app.example.com',
      'access-control-allow-methods': 'GET,POST',
      'access-control-allow-headers': 'content-type,idempotency-key',
      'access-control-max-age': '300',
      vary: 'Origin',
    });
  });

  it.each([
    ['without an origin', undefined, 'POST'],
    ['from another origin', 'https://app.example.com.evil.example', 'POST'],
    ['from the origin by another scheme', 'http://app.example.com', 'POST'],
    ['without a method', 'https://app.example.com', undefined],
    ['for another method', 'https://app.example.com', 'DELETE'],
  ])('gets no headers %s', (_what, origin, method) => {
    expect(preflightHeaders(CORS, origin, method)).toEqual({});
  });

  it('allows every method with *', () => {
    const headers = preflightHeaders({ ...CORS, allowMethods: ['*'] }, 'http://localhost:3000', 'DELETE');
    expect(headers['access-control-allow-methods']).toBe('*');
  });
});

describe('an answer', () => {
  it('names its one origin, and the headers that the page may read', () => {
    expect(answerHeaders(CORS, 'http://localhost:3000')).toEqual({
      'access-control-allow-origin': 'http://localhost:3000',
      'access-control-expose-headers': 'location,retry-after',
      vary: 'Origin',
    });
    expect(answerHeaders(CORS, 'https://other.example.com')).toEqual({});
    expect(answerHeaders(CORS, undefined)).toEqual({});
  });

  it('is for every origin with *, for every one of a scheme with https://*', () => {
    const everyone = { ...CORS, allowOrigins: ['*'], exposeHeaders: [] };
    const secure = { ...CORS, allowOrigins: ['https://*'], exposeHeaders: [], allowCredentials: true };

    expect(answerHeaders(everyone, 'http://any.example')).toEqual({ 'access-control-allow-origin': '*' });
    expect(answerHeaders(secure, 'https://any.example')).toEqual({
      'access-control-allow-origin': 'https://any.example',
      'access-control-allow-credentials': 'true',
      vary: 'Origin',
    });
    expect(answerHeaders(secure, 'http://any.example')).toEqual({});
  });
});

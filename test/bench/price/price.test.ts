import { expect, it } from 'vitest';
import { accessLogLine, logBytes } from '../../../bench/price/log-bytes.ts';
import { pricedScenarios } from '../../../bench/price/scenarios.ts';
import type { Usage } from '../../../bench/price/usage.ts';

const NOTHING: Usage = {
  apiRequests: 0,
  sqsRequests: 0,
  writeUnits: 0,
  readUnits: 0,
  lambdaRequests: 0,
  gbSeconds: 0,
  logBytes: 0,
};

it('a million tasks cost what their stages take, at list prices', () => {
  const submit = { usage: { ...NOTHING, apiRequests: 1, sqsRequests: 1, writeUnits: 1, lambdaRequests: 1 } };
  const run = { usage: { ...NOTHING, sqsRequests: 3, writeUnits: 2, gbSeconds: 0.02, logBytes: 1_000 } };
  const deliver = { usage: { ...NOTHING, writeUnits: 1, readUnits: 1, lambdaRequests: 0.1 } };
  const none = { usage: NOTHING };

  const { byDefault } = pricedScenarios({
    submitOne: submit,
    submitBatch: none,
    runOne: run,
    runHalf: none,
    runFull: none,
    deliverOne: none,
    deliverHalf: none,
    deliverFull: deliver,
  });

  const cents = Object.entries(byDefault.costs).map(([item, dollars]) => [
    item,
    Math.round(dollars * 1_000) / 10,
  ]);
  expect(Object.fromEntries(cents)).toEqual({
    apiRequests: 100,
    sqsRequests: 200,
    writeUnits: 250,
    readUnits: 12.5,
    lambdaRequests: 22,
    gbSeconds: 26.7,
    logBytes: 50,
    total: 661.2,
  });
});

it("a log's lines are paid with 26 bytes each", () => {
  expect(logBytes(['é', 'abc'])).toBe(2 + 26 + 3 + 26);
});

it("the access log's line is that of a request which went well", () => {
  const format =
    '{"status":"$context.status","errors":"$context.authorizer.error $context.integrationErrorMessage"}';

  expect(accessLogLine(format)).toBe('{"status":"202","errors":"- -"}');
});

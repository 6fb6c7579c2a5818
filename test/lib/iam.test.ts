import { describe, expect, test } from 'vitest';
import { SETTING_VARIABLES } from '../../lambda/contract/setting-variables.ts';
import { ENVIRONMENT } from '../../lambda/contract/variables.ts';
import { apiKeyKey, deadKey, entryKey, HANGS, payloadKey, timerKey } from '../../lambda/ledger/keys.ts';
import { PARTITIONS } from '../../lib/ledger-table.ts';
import { DEPLOYMENTS, resources, statements } from '../support/template-resources.ts';

describe.each(Object.entries(DEPLOYMENTS))('the roles (%s)', (_name, of) => {
  const allowed = statements('AWS::IAM::Policy', of).flat();

  test('allow no action and no resource by a wildcard', () => {
    expect(allowed.length).toBeGreaterThan(20);
    for (const { Effect, Action, Resource } of allowed) {
      expect(Effect).toBe('Allow');
      expect(JSON.stringify([Action, Resource])).not.toContain('*');
    }
  });

  test('allow a call to the ledger for the kinds of items that the function deals with, and only those', () => {
    const patterns = new Set<string>(Object.values(PARTITIONS));
    for (const { Action, Condition } of allowed) {
      if (!JSON.stringify(Action).includes('dynamodb:')) continue;
      expect(Condition).toEqual({
        'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': [expect.any(String)] },
        Null: { 'dynamodb:LeadingKeys': 'false' },
        // DynamoDB would answer without TLS, too.
        Bool: { 'aws:SecureTransport': 'true' },
      });
      const [pattern] = (Condition as { 'ForAllValues:StringLike': Record<string, string[]> })[
        'ForAllValues:StringLike'
      ]['dynamodb:LeadingKeys'] as [string];
      expect(patterns).toContain(pattern);
    }
  });

  test('are taken on by Lambda alone, and have nothing besides their own policy', () => {
    const roles = resources('AWS::IAM::Role', of);
    expect(roles).toHaveLength(resources('AWS::Lambda::Function', of).length);
    for (const { Properties } of roles) {
      expect(Object.keys(Properties).sort()).toEqual(['AssumeRolePolicyDocument', 'Description']);
      expect(Properties.AssumeRolePolicyDocument).toMatchObject({
        Statement: [
          { Effect: 'Allow', Action: 'sts:AssumeRole', Principal: { Service: 'lambda.amazonaws.com' } },
        ],
      });
    }
  });
});

describe('the partitions that the roles know', () => {
  test('have the names that the ledger writes', () => {
    expect({
      tasks: [entryKey('7c').pk, payloadKey('7c', 'input#1').pk],
      timers: timerKey('7c', 0).pk,
      dead: deadKey('7c', 0).pk,
      hangs: HANGS,
      apiKeys: apiKeyKey('7c').pk,
    }).toEqual({
      tasks: ['task#7c', 'task#7c'],
      timers: expect.stringMatching(/^timer#[0-7]$/),
      dead: expect.stringMatching(/^dead#[0-7]$/),
      hangs: 'hangs',
      apiKeys: 'api-keys',
    });
    expect(PARTITIONS).toEqual({
      tasks: 'task#*',
      timers: 'timer#*',
      dead: 'dead#*',
      hangs: 'hangs',
      apiKeys: 'api-keys',
    });
  });
});

describe.each(Object.entries(DEPLOYMENTS))('the functions (%s)', (_name, of) => {
  const functions = resources('AWS::Lambda::Function', of);

  test('are invoked by one route of the API or the one rule of the clock, never by a URL of their own', () => {
    expect(resources('AWS::Lambda::Url', of)).toEqual([]);
    for (const { Properties } of resources('AWS::Lambda::Permission', of)) {
      expect(Properties).toMatchObject({
        Action: 'lambda:InvokeFunction',
        Principal: expect.stringMatching(/^(apigateway|events)\.amazonaws\.com$/),
        // The asterisks in it are the API's stage and the method: `…:API/*/*/api/tasks`.
        SourceArn: expect.anything(),
      });
    }
  });

  test('are told where things are, and no secret', () => {
    const known = new Set<string>([...Object.values(ENVIRONMENT), ...SETTING_VARIABLES]);
    for (const { Properties } of functions) {
      const { Variables } = Properties.Environment as { Variables: Record<string, unknown> };
      // Names of ours only: none that Lambda reserves, and none that changes how Node starts.
      expect(Object.keys(Variables).filter((variable) => !known.has(variable))).toEqual([]);
    }
    expect(JSON.stringify(of.toJSON())).not.toContain('{{resolve:');
  });

  test('do not call each other in circles unseen: Lambda ends such a loop, but for deliver, which sends to its own queue', () => {
    const allowed = functions.filter(({ Properties }) => Properties.RecursiveLoop !== undefined);

    expect(allowed.map(({ Properties }) => [Properties.RecursiveLoop, Properties.Description])).toEqual([
      ['Allow', 'Posts an outcome to its callback URL, and tries again or gives up'],
    ]);
  });

  test('are traced nowhere: an X-Ray trace would carry the paths that callbacks go to', () => {
    for (const { Properties } of functions) expect(Properties).not.toHaveProperty('TracingConfig');
  });
});

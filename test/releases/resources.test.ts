import { describe, expect, it } from 'vitest';
import { synthesize } from '../support/synthesize.ts';
import { keptResources } from './kept-resources.ts';
import { DEPLOYMENTS, type Deployment, readRelease, recordedVersions } from './recorded-release.ts';

const releases = recordedVersions().flatMap((version) =>
  (Object.keys(DEPLOYMENTS) as Deployment[]).map((deployment) => ({ version, deployment })),
);

describe.each(releases)('a stack of $version ($deployment)', ({ version, deployment }) => {
  const { parts, resources } = readRelease(version).resources[deployment];

  it('keeps its table, queues, secret, API, topic and log groups when it is upgraded', () => {
    const template = synthesize(DEPLOYMENTS[deployment]).toJSON();

    expect(keptResources(template.Resources)).toMatchObject(resources);
    for (const [logicalId, { fixed }] of Object.entries(resources)) {
      // A property that is new, such as a name, would replace the resource, too.
      expect(keptResources(template.Resources)[logicalId]?.fixed, logicalId).toEqual(fixed);
    }
  });

  it('is recorded with the resources that hold its data', () => {
    const types = Object.values(parts).map((logicalId) => resources[logicalId]?.type);
    expect(types).toEqual([
      'AWS::DynamoDB::Table',
      'AWS::SQS::Queue',
      'AWS::SQS::Queue',
      'AWS::SQS::Queue',
      'AWS::SecretsManager::Secret',
    ]);
    expect(resources[parts.ledger]?.fixed).toEqual({
      AttributeDefinitions: [
        { AttributeName: 'pk', AttributeType: 'S' },
        { AttributeName: 'sk', AttributeType: 'S' },
      ],
      KeySchema: [
        { AttributeName: 'pk', KeyType: 'HASH' },
        { AttributeName: 'sk', KeyType: 'RANGE' },
      ],
    });
  });
});

describe('the resources that are kept', () => {
  const TABLE = {
    Type: 'AWS::DynamoDB::Table',
    Properties: { KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }], BillingMode: 'PAY_PER_REQUEST' },
  };

  it('are those that hold data or an address, with the properties that would replace them', () => {
    expect(keptResources({ Ledger: TABLE, Role: { Type: 'AWS::IAM::Role' } })).toEqual({
      Ledger: {
        type: 'AWS::DynamoDB::Table',
        fixed: { KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }] },
      },
    });
  });

  it('show a name that is given to one', () => {
    const named = { ...TABLE, Properties: { ...TABLE.Properties, TableName: 'ledger' } };
    expect(keptResources({ Ledger: named }).Ledger?.fixed).toHaveProperty('TableName', 'ledger');
  });

  it('show a secret that would be generated again', () => {
    const GenerateSecretString = { PasswordLength: 64 };
    const secret = { Type: 'AWS::SecretsManager::Secret', Properties: { GenerateSecretString } };
    expect(keptResources({ Secret: secret }).Secret?.fixed).toEqual({ GenerateSecretString });
  });
});

import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { defineTask, type Run } from 'callback-completion/task';
import * as z from 'zod/mini';
import { withHttpService } from '../work/loopback-server.ts';
import { signedBy } from '../work/signed-by.ts';

export const definition = defineTask({ input: z.strictObject({ key: z.string() }) });

/** Updates an item, with plain values in place of DynamoDB's typed ones. */
export const run: Run<typeof definition> = async ({ key }) => {
  const reply = {
    contentType: 'application/x-amz-json-1.0',
    body: '{"Attributes":{"count":{"N":"2"},"tags":{"L":[{"S":"new"}]}}}',
  };
  const { returned, request } = await withHttpService(reply, (endpoint) =>
    DynamoDBDocumentClient.from(new DynamoDBClient({ endpoint })).send(
      new UpdateCommand({
        TableName: 'counters',
        Key: { key },
        UpdateExpression: 'ADD #count :one',
        ExpressionAttributeNames: { '#count': 'count' },
        ExpressionAttributeValues: { ':one': 1 },
        ReturnValues: 'ALL_NEW',
      }),
    ),
  );
  return {
    attributes: returned.Attributes,
    sentKey: JSON.parse(request.body).Key,
    signedBy: signedBy(request),
  };
};

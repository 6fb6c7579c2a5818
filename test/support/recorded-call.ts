/** A call to AWS as IAM looks at it. */
export interface RecordedCall {
  /** Who called: the id of the access key that signed it. */
  readonly caller: string;
  /** `dynamodb:GetItem`, `sqs:SendMessage`. */
  readonly action: string;
  /** Name of the table, queue or secret. */
  readonly resource: string;
  /** The partition keys it concerns (`dynamodb:LeadingKeys`); none where the service knows none. */
  readonly leadingKeys: readonly string[];
}

type Attribute = { readonly S?: string };
type Item = { readonly pk?: Attribute };

/** The parts of the requests' bodies that are read here. */
interface Body {
  readonly TableName?: string;
  readonly Key?: Item;
  readonly Item?: Item;
  readonly KeyConditionExpression?: string;
  readonly ExpressionAttributeValues?: Readonly<Record<string, Attribute>>;
  readonly RequestItems?: Readonly<
    Record<
      string,
      | { readonly Keys: readonly Item[] }
      | readonly {
          readonly PutRequest?: { readonly Item: Item };
          readonly DeleteRequest?: { readonly Key: Item };
        }[]
    >
  >;
  readonly QueueUrl?: string;
  readonly SecretId?: string;
}

/**
 * What a request of the SDK in AWS's JSON protocols asks to be allowed.
 *
 * @param headers `x-amz-target` names service and operation, `authorization` (SigV4) the access key
 */
export function recordedCall(
  headers: Readonly<Record<string, string | string[] | undefined>>,
  json: string,
): RecordedCall {
  const [, prefix = '', operation = ''] = /^([^.]+)\.(\w+)$/.exec(String(headers['x-amz-target'])) ?? [];
  const [, caller = ''] = /Credential=([^/]+)\//.exec(String(headers.authorization)) ?? [];
  const body: Body = JSON.parse(json);
  switch (prefix) {
    case 'DynamoDB_20120810':
      return { caller, action: `dynamodb:${operation}`, ...tableAndKeys(body) };
    case 'AmazonSQS': {
      // A batch is the same permission: IAM has no action for it.
      const action = `sqs:${operation.replace(/Batch$/, '')}`;
      return { caller, action, resource: body.QueueUrl?.split('/').at(-1) ?? '', leadingKeys: [] };
    }
    case 'secretsmanager': {
      const resource = body.SecretId?.split(':secret:').at(-1) ?? '';
      return { caller, action: `secretsmanager:${operation}`, resource, leadingKeys: [] };
    }
    default:
      throw new Error(`no service is known whose x-amz-target is ${headers['x-amz-target']}`);
  }
}

function tableAndKeys(body: Body): Pick<RecordedCall, 'resource' | 'leadingKeys'> {
  const [batch] = Object.entries(body.RequestItems ?? {});
  if (batch !== undefined) {
    const [resource, requests] = batch;
    const keys =
      'Keys' in requests
        ? requests.Keys
        : requests.map(({ PutRequest, DeleteRequest }) => PutRequest?.Item ?? DeleteRequest?.Key);
    return { resource, leadingKeys: [...new Set(keys.map((key) => key?.pk?.S ?? ''))] };
  }
  const queried = /^#pk = (:\w+)/.exec(body.KeyConditionExpression ?? '')?.[1];
  const key = queried === undefined ? (body.Key ?? body.Item)?.pk : body.ExpressionAttributeValues?.[queried];
  return { resource: body.TableName ?? '', leadingKeys: key?.S === undefined ? [] : [key.S] };
}

import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

/** What an account says of itself. */
export interface StubbedAccount {
  /** STS's error code; undefined: it says who one is. */
  readonly refusal?: string;
  readonly bootstrapVersion?: string;
  readonly runtimes: readonly string[];
  readonly concurrency: number;
  readonly stack?: { readonly status: string; readonly outputs: Readonly<Record<string, string>> };
  /** Refuses everything but who one is. Tables are never read here: a scan is always refused. */
  readonly forbidden?: boolean;
}

interface Answer {
  readonly status: number;
  readonly body: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Speaks as STS, SSM, Lambda and CloudFormation do, as far as the doctor asks. */
export class StubAccount {
  /** What was asked: `GetCallerIdentity`, `GetParameter /cdk-bootstrap/…`, … */
  readonly asked: string[] = [];
  readonly #server: Server;

  private constructor(account: StubbedAccount) {
    this.#server = createServer(async (request, response) => {
      const question = await questionOf(request);
      this.asked.push(question);
      const { status, body, headers = {} } = answerTo(question, account);
      response.writeHead(status, headers).end(body);
    });
  }

  static async start(account: StubbedAccount): Promise<StubAccount> {
    const stub = new StubAccount(account);
    await new Promise<void>((resolve) => stub.#server.listen(0, '127.0.0.1', resolve));
    return stub;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  stop(): void {
    this.#server.closeAllConnections();
    this.#server.close();
  }
}

async function questionOf(request: IncomingMessage): Promise<string> {
  const url = new URL(request.url ?? '/', 'http://stub');
  const body = await text(request);
  if (url.pathname.includes('/layers')) return `ListLayers ${url.searchParams.get('CompatibleRuntime')}`;
  if (url.pathname.includes('/account-settings')) return 'GetAccountSettings';
  if (request.headers['x-amz-target'] === 'AmazonSSM.GetParameter')
    return `GetParameter ${JSON.parse(body).Name}`;
  if (request.headers['x-amz-target'] === 'DynamoDB_20120810.Scan')
    return `Scan ${JSON.parse(body).TableName}`;
  const form = new URLSearchParams(body);
  return `${form.get('Action')} ${form.get('StackName') ?? ''}`.trim();
}

function answerTo(question: string, account: StubbedAccount): Answer {
  const [action, subject = ''] = question.split(' ');
  const { refusal, forbidden, bootstrapVersion, runtimes, concurrency, stack } = account;
  if (action === 'GetCallerIdentity') {
    if (refusal !== undefined)
      return queryError(refusal, 'The security token included in the request is expired');
    const arn = 'arn:aws:iam::123456789012:user/ada';
    return xml(
      `<GetCallerIdentityResponse><GetCallerIdentityResult><Arn>${arn}</Arn><UserId>AIDA</UserId><Account>123456789012</Account></GetCallerIdentityResult></GetCallerIdentityResponse>`,
    );
  }
  if (action === 'DescribeStacks') {
    if (forbidden)
      return queryError('AccessDenied', 'not authorized to perform cloudformation:DescribeStacks');
    if (stack === undefined) return queryError('ValidationError', `Stack with id ${subject} does not exist`);
    const outputs = Object.entries(stack.outputs)
      .map(
        ([key, value]) => `<member><OutputKey>${key}</OutputKey><OutputValue>${value}</OutputValue></member>`,
      )
      .join('');
    return xml(
      `<DescribeStacksResponse><DescribeStacksResult><Stacks><member><StackName>${subject}</StackName><StackStatus>${stack.status}</StackStatus><Outputs>${outputs}</Outputs></member></Stacks></DescribeStacksResult></DescribeStacksResponse>`,
    );
  }
  if (forbidden || action === 'Scan') return jsonError(403, 'AccessDeniedException', 'not authorized');
  if (action === 'GetParameter') {
    if (bootstrapVersion === undefined) return jsonError(400, 'ParameterNotFound', '');
    return json({ Parameter: { Name: subject, Value: bootstrapVersion } });
  }
  if (action === 'ListLayers') {
    if (runtimes.includes(subject)) return json({ Layers: [] });
    const message = `Value '${subject}' at 'compatibleRuntime' failed to satisfy constraint: Member must satisfy enum value set`;
    return jsonError(400, 'ValidationException', message);
  }
  if (action === 'GetAccountSettings') {
    return json({
      AccountLimit: { ConcurrentExecutions: concurrency, UnreservedConcurrentExecutions: concurrency },
    });
  }
  throw new Error(`nobody was to ask ${question}`);
}

function xml(body: string): Answer {
  return { status: 200, body, headers: { 'content-type': 'text/xml' } };
}

function queryError(code: string, message: string): Answer {
  const body = `<ErrorResponse><Error><Type>Sender</Type><Code>${code}</Code><Message>${message}</Message></Error></ErrorResponse>`;
  return { ...xml(body), status: code === 'ValidationError' ? 400 : 403 };
}

function json(body: object): Answer {
  return { status: 200, body: JSON.stringify(body), headers: { 'content-type': 'application/json' } };
}

function jsonError(status: number, type: string, message: string): Answer {
  return { ...json({ __type: type, message }), status, headers: { 'x-amzn-errortype': type } };
}

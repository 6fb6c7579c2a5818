import { afterEach, describe, expect, it } from 'vitest';
import { readAssembly } from '../../local/assembly.ts';
import { describeApp } from '../../local/describe-app.ts';
import { type EngineCalls, responseOf } from '../../local/engine-calls.ts';
import { FunctionPool } from '../../local/function-pool.ts';
import { lambdaFunction, writeAssembly } from './assembly-fixture.ts';

const pools: FunctionPool[] = [];
afterEach(async () => {
  await Promise.all(pools.splice(0).map((pool) => pool.stop()));
});

function poolOf(
  source: string,
  { timeoutSeconds = 10, maxEnvironments = 4, engineCalls = new Map() as EngineCalls } = {},
) {
  const resources = { Work: lambdaFunction('Work', { Timeout: timeoutSeconds }) };
  const assembly = readAssembly(writeAssembly(resources, { Work: source }));
  const app = describeApp(assembly, { api: () => 'http://api', s3: 'http://s3', sqs: 'http://sqs' });
  const description = app.pipelines[0]?.functions[0];
  if (description === undefined) throw new Error('no function');
  const lines: string[] = [];
  const environmentVariables = { COLOUR: 'green' };
  const onLogLine = (line: string) => lines.push(line);
  const pool = new FunctionPool({
    description,
    environmentVariables,
    maxEnvironments,
    takesBatches: false,
    engineCalls,
    onLogLine,
  });
  pools.push(pool);
  return { pool, lines };
}

/** A folder with that code. */
function codeOf(source: string): string {
  const [stack] = readAssembly(writeAssembly({}, { New: source })).stacks;
  return stack?.assetDirectory('New.zip') ?? 'no stack';
}

const payloadOf = async (pool: FunctionPool, event: unknown) => {
  const result = await pool.invoke(event);
  return result.ok ? result.payload : result.error.errorMessage;
};

describe('a function in worker threads', () => {
  it('gets the event, its variables and a Lambda context', async () => {
    const { pool } = poolOf(`exports.handler = async (event, context) => ({
      event, colour: process.env.COLOUR, home: process.env.HOME ?? null,
      left: context.getRemainingTimeInMillis(), memory: context.memoryLimitInMB, name: context.functionName,
      id: context.awsRequestId, nothing: undefined,
    })`);

    expect(await payloadOf(pool, { a: [1] })).toEqual({
      event: { a: [1] },
      colour: 'green',
      home: null,
      left: expect.toSatisfy((ms: number) => ms > 9_000 && ms <= 10_000),
      memory: '128',
      name: 'Test-Work',
      id: expect.stringMatching(/^[0-9a-f-]{36}$/),
    });
  });

  it('uses an environment again, which remembers what it loaded', async () => {
    const { pool } = poolOf('let calls = 0; exports.handler = async () => ++calls');

    expect([await payloadOf(pool, {}), await payloadOf(pool, {}), await payloadOf(pool, {})]).toEqual([
      1, 2, 3,
    ]);
    expect(pool.size).toBe(1);
  });

  it('gives an environment one invocation at a time, and has no more environments than allowed', async () => {
    const { pool } = poolOf(
      `let running = 0;
       exports.handler = async () => {
         running += 1;
         await new Promise((resolve) => setTimeout(resolve, 150));
         return running--;
       }`,
      { maxEnvironments: 2 },
    );

    const answers = await Promise.all(Array.from({ length: 6 }, () => payloadOf(pool, {})));

    expect(answers).toEqual([1, 1, 1, 1, 1, 1]);
    expect(pool.size).toBe(2);
  });

  it('is ended when it takes too long, also in an endless loop, and works again afterwards', async () => {
    const { pool, lines } = poolOf('exports.handler = async ({ loop }) => { while (loop); return "fine" }', {
      timeoutSeconds: 1,
    });

    expect(await payloadOf(pool, { loop: true })).toMatch(
      /^RequestId: \S+ Error: Task timed out after 1\.00 seconds$/,
    );
    expect(await payloadOf(pool, { loop: false })).toBe('fine');
    expect(lines.filter((line) => line.includes('timed out'))).toHaveLength(1);
  });

  it('fails its own invocation only when it crashes', async () => {
    const { pool } = poolOf(`exports.handler = async ({ crash }) => {
      if (crash === 'exit') process.exit(3);
      if (crash === 'reject') Promise.reject(new Error('nobody waits for this'));
      if (crash) await new Promise(() => {});
      return 'fine';
    }`);

    expect(await payloadOf(pool, { crash: 'exit' })).toBe('Runtime exited with status 3');
    expect(await payloadOf(pool, { crash: 'reject' })).toBe('nobody waits for this');
    expect(await payloadOf(pool, {})).toBe('fine');
  });

  it('tells errors as Lambda does', async () => {
    const { pool } = poolOf('exports.handler = async () => { throw new RangeError("too far") }');

    expect(await pool.invoke({})).toEqual({
      ok: false,
      error: {
        errorType: 'RangeError',
        errorMessage: 'too far',
        trace: expect.arrayContaining(['RangeError: too far']),
      },
    });
  });

  it('tells why a bundle does not load, at each invocation', async () => {
    const { pool } = poolOf('throw new Error("no licence found")');

    expect(await payloadOf(pool, {})).toBe('no licence found');
    expect(await payloadOf(pool, {})).toBe('no licence found');
  });

  it('runs new code from the next invocation on, and ends with the old what began with it', async () => {
    const { pool } = poolOf(`exports.handler = async ({ waitMs }) => {
      await new Promise((resolve) => setTimeout(resolve, waitMs));
      return 'old';
    }`);
    const begun = payloadOf(pool, { waitMs: 500 });
    await payloadOf(pool, { waitMs: 0 });

    expect(await pool.replaceCode(codeOf(`exports.handler = async () => 'new'`))).toBe(true);

    expect(await payloadOf(pool, {})).toBe('new');
    expect(await begun).toBe('old');
    expect(await Promise.all([payloadOf(pool, {}), payloadOf(pool, {})])).toEqual(['new', 'new']);
  });

  it('has whoever holds a free environment let go of it when its code has changed', async () => {
    const { pool } = poolOf(`exports.handler = async () => 'old'`);
    const held = await pool.acquire();

    await pool.replaceCode(codeOf(`exports.handler = async () => 'new'`));

    expect(held.usable).toBe(false);
    pool.release(held);
    expect(pool.size).toBe(1);
  });

  it('goes on with the old code where the new one does not load', async () => {
    const { pool, lines } = poolOf(`exports.handler = async () => 'old'`);
    await pool.warmUp();

    expect(await pool.replaceCode(codeOf(`throw new Error('no licence found')`))).toBe(false);

    expect(await payloadOf(pool, {})).toBe('old');
    expect(lines).toEqual([expect.stringContaining('no licence found')]);
  });

  it('calls engines of its own process by messages', async () => {
    const received: string[] = [];
    const add = async (body: string) => {
      received.push(body);
      return responseOf({ sum: 3 });
    };
    const engineCalls = new Map([['http://127.0.0.1:1', new Map([['Calculator.Add', add]])]]);
    const { pool } = poolOf(
      `const http = require('node:http');
       exports.handler = () => new Promise((resolve, reject) => {
         const options = { host: '127.0.0.1', port: 1, method: 'POST', headers: { 'x-amz-target': 'Calculator.Add' } };
         const take = (response) => resolve({ status: response.statusCode, text: response.toString() });
         http.request(options, take).on('error', reject).end('{"a":1,"b":2}');
       })`,
      { engineCalls },
    );

    expect(await payloadOf(pool, {})).toEqual({ status: 200, text: '{"sum":3}' });
    expect(received).toEqual(['{"a":1,"b":2}']);
  });

  it('hands over the lines that the function writes', async () => {
    const { pool, lines } = poolOf(`exports.handler = async () => {
      console.log(JSON.stringify({ step: 'accepted' }));
      process.stdout.write('half a ');
      process.stdout.write('line\\n');
      await new Promise((resolve) => setTimeout(resolve, 50));
    }`);

    await pool.invoke({});

    expect(lines).toEqual(['{"step":"accepted"}', 'half a line']);
  });

  it('hands over each stream as lines of its own', async () => {
    const { pool, lines } = poolOf(`exports.handler = async () => {
      process.stdout.write('output ');
      console.error('an error');
      process.stdout.write('goes on\\n');
      await new Promise((resolve) => setTimeout(resolve, 50));
    }`);

    await pool.invoke({});

    expect(lines).toEqual(['an error', 'output goes on']);
  });

  it('hands over text in any encoding, also in pieces that end within a character', async () => {
    const { pool, lines } = poolOf(`exports.handler = async () => {
      const [first, second] = Buffer.from('é');
      process.stdout.write(Buffer.from([first]));
      process.stdout.write(Buffer.from([second]));
      process.stdout.write('c3a8', 'hex');
      process.stdout.write('\\n');
      await new Promise((resolve) => setTimeout(resolve, 50));
    }`);

    await pool.invoke({});

    expect(lines).toEqual(['éè']);
  });

  it('hands over the last line of an environment that ends, also without a line break', async () => {
    const { pool, lines } = poolOf(`exports.handler = async () => {
      process.stdout.write('last words');
      await new Promise((resolve) => setTimeout(resolve, 50));
    }`);

    await pool.invoke({});
    await pool.stop();

    expect(lines).toContain('last words');
  });
});

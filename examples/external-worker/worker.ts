/**
 * A worker of its own: work that callback-completion accepts, tells of and times out, but does not run. It submits
 * a `manual-review`, decides, and tells the outcome; whoever waits at the callback URL hears of it.
 *
 *     node examples/external-worker/worker.ts "invoice 17" http://127.0.0.1:7071/inbox/reviews
 *
 * Where the API wants a key or a token, it is API_TOKEN in the environment.
 */
const { API_URL: API = 'http://127.0.0.1:7071', API_TOKEN } = process.env;
const [subject = 'invoice 17', callbackUrl = `${API}/inbox/reviews`] = process.argv.slice(2);

async function post(path: string, body: object): Promise<Record<string, unknown>> {
  const answer = await fetch(`${API}${path}`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      ...(API_TOKEN !== undefined && { authorization: `Bearer ${API_TOKEN}` }),
    },
    body: JSON.stringify(body),
  });
  const json = (await answer.json()) as Record<string, unknown>;
  if (!answer.ok) throw new Error(`${path}: ${answer.status} ${JSON.stringify(json)}`);
  return json;
}

const { task_id } = await post('/api/tasks', {
  task_name: 'manual-review',
  callback_url: callbackUrl,
  input: { subject },
});
console.log(`${task_id} is waiting for a decision on ${JSON.stringify(subject)}`);

// Here the work would be done: by a person, a machine with a GPU, a vendor that calls back.
const approved = !subject.includes('refuse');

// Told twice, as a careful worker does that got no answer: the second time changes nothing.
const completion = { status: 'completed', result: { approved } };
await post(`/api/tasks/${task_id}/completion`, completion);
await post(`/api/tasks/${task_id}/completion`, completion);
console.log(`${task_id} is completed: ${JSON.stringify(completion.result)}`);

import { defineTask, type Run } from 'callback-completion/task';
import Stripe from 'stripe';
import * as z from 'zod/mini';
import { withHttpService } from '../work/loopback-server.ts';

export const definition = defineTask({ input: z.strictObject({ event: z.string() }) });

/** Verifies the signature of a webhook, refuses a wrong one, and reads a customer. */
export const run: Run<typeof definition> = async ({ event }) => {
  const payload = JSON.stringify({ id: event, object: 'event', type: 'charge.succeeded' });
  const secret = 'whsec_test';
  const { webhooks } = new Stripe('sk_test_key');
  const header = webhooks.generateTestHeaderString({ payload, secret });
  const customer = await withHttpService(
    { body: '{"id":"cus_1","object":"customer","email":"ada@example.com"}' },
    (url) => {
      const { hostname, port } = new URL(url);
      const stripe = new Stripe('sk_test_key', { host: hostname, port, protocol: 'http', telemetry: false });
      return stripe.customers.update('cus_1', { metadata: { paid: 'yes' } });
    },
  );
  return {
    type: webhooks.constructEvent(payload, header, secret).type,
    refused: refusalOf(() => webhooks.constructEvent(payload, header, 'whsec_other')),
    customer: 'email' in customer.returned ? customer.returned.email : undefined,
    sent: customer.request.body,
  };
};

function refusalOf(verify: () => unknown): string | undefined {
  try {
    verify();
    return undefined;
  } catch (error) {
    return (error as Error).constructor.name;
  }
}

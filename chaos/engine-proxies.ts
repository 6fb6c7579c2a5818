import type { EngineEndpoints } from '../local/engines.ts';
import { type FaultName, FaultProxy } from './fault-proxy.ts';
import { seededRandom } from './random.ts';

/** The engines that the pipeline itself calls; what else there is, work alone uses. */
type Proxied = 'dynamodb' | 'sqs' | 'secretsManager';

/** One proxy for each engine that the pipeline calls. They outlive the stack, so that functions find them where they were. */
export class EngineProxies {
  readonly #proxies: { readonly [Engine in Proxied]: FaultProxy };

  private constructor(proxies: { readonly [Engine in Proxied]: FaultProxy }) {
    this.#proxies = proxies;
  }

  static async start(seed: number): Promise<EngineProxies> {
    return new EngineProxies({
      dynamodb: await FaultProxy.start(
        {
          type: 'com.amazonaws.dynamodb.v20120810#ProvisionedThroughputExceededException',
          message: 'The level of configured provisioned throughput for the table was exceeded',
        },
        seededRandom(seed, 'dynamodb'),
      ),
      sqs: await FaultProxy.start(
        { type: 'com.amazonaws.sqs#RequestThrottled', message: 'Request is throttled.' },
        seededRandom(seed, 'sqs'),
      ),
      secretsManager: await FaultProxy.start(
        { type: 'ThrottlingException', message: 'Rate exceeded' },
        seededRandom(seed, 'secretsmanager'),
      ),
    });
  }

  /** Leads to these engines from now on; gives the proxies' own endpoints. */
  leadTo(engines: EngineEndpoints): EngineEndpoints {
    const { dynamodb, sqs, secretsManager } = this.#proxies;
    dynamodb.leadTo(engines.dynamodb);
    sqs.leadTo(engines.sqs);
    secretsManager.leadTo(engines.secretsManager);
    return { ...engines, dynamodb: dynamodb.url, sqs: sqs.url, secretsManager: secretsManager.url };
  }

  setFaulty(faulty: boolean): void {
    for (const proxy of Object.values(this.#proxies)) proxy.faulty = faulty;
  }

  /** Faults injected so far. */
  get faults(): number {
    return Object.values(this.counts().faults).reduce((sum, count) => sum + count, 0);
  }

  /** Calls so far, and faults by kind, of all engines together. */
  counts(): { readonly calls: number; readonly faults: Readonly<Record<FaultName, number>> } {
    const all = Object.values(this.#proxies);
    const sum = (of: (proxy: FaultProxy) => number) => all.reduce((total, proxy) => total + of(proxy), 0);
    const faults: Record<FaultName, number> = {
      latency: sum(({ injected }) => injected.latency),
      throttle: sum(({ injected }) => injected.throttle),
      cut: sum(({ injected }) => injected.cut),
      'lost-reply': sum(({ injected }) => injected['lost-reply']),
      stall: sum(({ injected }) => injected.stall),
    };
    return { calls: sum(({ calls }) => calls), faults };
  }

  stop(): void {
    for (const proxy of Object.values(this.#proxies)) proxy.stop();
  }
}

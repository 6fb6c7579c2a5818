import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { EngineEndpoints } from '../../local/engines.ts';

/** Servers that stand between the functions and the engines. */
export interface EngineProxies {
  /** For `LocalStackSettings.endpointsForFunctions`. */
  leadTo(engines: EngineEndpoints): Promise<EngineEndpoints>;
  stop(): void;
}

/** @param listenerFor what a request to an engine comes to */
export function engineProxies(listenerFor: (engine: URL) => RequestListener): EngineProxies {
  const servers: Server[] = [];

  const proxyTo = async (engine: string): Promise<string> => {
    const server = createServer(listenerFor(new URL(engine)));
    servers.push(server);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  };

  return {
    async leadTo(engines) {
      const { dynamodb, sqs, secretsManager } = engines;
      return {
        ...engines,
        dynamodb: await proxyTo(dynamodb),
        sqs: await proxyTo(sqs),
        secretsManager: await proxyTo(secretsManager),
      };
    },
    stop() {
      for (const server of servers) {
        server.close();
        server.closeAllConnections();
      }
    },
  };
}

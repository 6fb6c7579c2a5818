/** A group of regions, as the SDK tells them: the pattern of their names, and what their hosts' names end with. */
export type Partition = readonly [regionPattern: string, dnsSuffix: string];

/** What the SDK's endpoint resolvers are asked with, as far as it counts here. */
export interface EndpointParameters {
  readonly Region?: string;
  readonly Endpoint?: string;
  readonly UseFIPS?: boolean;
  readonly UseDualStack?: boolean;
}

/**
 * Takes the place of a client's endpoint resolver in the bundles: where a service is reached in a region, unless an
 * endpoint is given. A test holds it against the SDK's own, in every region that it knows.
 *
 * @param service as hosts begin: `sqs` of `sqs.eu-central-1.amazonaws.com`
 * @throws Error for FIPS and dual-stack endpoints, which are left out
 */
export function regionalEndpoint(service: string, partitions: readonly Partition[]) {
  return ({ Region = '', Endpoint, UseFIPS, UseDualStack }: EndpointParameters) => {
    if (UseFIPS === true || UseDualStack === true) {
      throw new Error(
        `FIPS and dual-stack endpoints of ${service} are left out of this bundle, see lib/trim-sdk.ts. Unset AWS_USE_FIPS_ENDPOINT and AWS_USE_DUALSTACK_ENDPOINT, and give the endpoint itself: AWS_ENDPOINT_URL_…`,
      );
    }
    // As the SDK: a region of no pattern is one of the first partition.
    const [, suffix] =
      partitions.find(([pattern]) => new RegExp(pattern).test(Region)) ?? partitions[0] ?? [];
    const url = new URL(Endpoint ?? `https://${service}.${Region}.${suffix}`);
    return { url, properties: {}, headers: {} };
  };
}

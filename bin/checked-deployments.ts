/** The deployments that are checked: names and settings of the CDK context. */
export const CHECKED_DEPLOYMENTS: readonly {
  readonly name: string;
  readonly settings: Readonly<Record<string, string>>;
}[] = [
  { name: 'default', settings: {} },
  { name: 'stage=prod', settings: { stage: 'prod' } },
  {
    name: 'auth=jwt',
    settings: { auth: 'jwt', jwtIssuer: 'https://issuer.example', jwtAudience: 'callback-completion' },
  },
  { name: 'auth=api-key', settings: { auth: 'api-key' } },
  { name: 'auth=api-key stage=prod', settings: { auth: 'api-key', stage: 'prod' } },
];

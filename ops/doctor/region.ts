import { RegionInfo } from 'aws-cdk-lib/region-info';
import { commandLine } from '../../package/command-name.ts';
import type { Check } from './check.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** In the order in which the CDK's command line looks for it. */
const VARIABLES = ['AWS_REGION', 'AMAZON_REGION', 'AWS_DEFAULT_REGION', 'AMAZON_DEFAULT_REGION'] as const;

/**
 * Where `npx cdk deploy` would go.
 *
 * @param ofSdk what the SDK finds: `AWS_REGION`, or the profile's
 */
export function regionOf(environment: Environment, ofSdk: string | undefined): string | undefined {
  const named = VARIABLES.map((variable) => environment[variable]).find(Boolean);
  return named ?? ofSdk;
}

export function judgeRegion(environment: Environment, ofSdk: string | undefined): Check {
  const name = 'region';
  const region = regionOf(environment, ofSdk);
  if (region === undefined) {
    return {
      name,
      status: 'failed',
      finding: 'none is set; npx cdk deploy would go to us-east-1 without a word',
      next: ['export AWS_REGION=eu-central-1, or give AWS_PROFILE a profile with a region'],
    };
  }
  if (ofSdk !== region) {
    return {
      name,
      status: 'warning',
      finding: `${region} for npx cdk deploy, but ${ofSdk ?? 'none'} for ${commandLine('ops')} and ${commandLine('console')}`,
      next: [`export AWS_REGION=${region}`],
    };
  }
  if (!RegionInfo.regions.some((known) => known.name === region)) {
    return {
      name,
      status: 'warning',
      finding: `${region}, of which this version of the CDK does not know: is it spelled right?`,
    };
  }
  return { name, status: 'ok', finding: region };
}

import { Duration } from 'aws-cdk-lib';
import type { IHttpRouteAuthorizer } from 'aws-cdk-lib/aws-apigatewayv2';
import {
  HttpIamAuthorizer,
  HttpJwtAuthorizer,
  HttpLambdaAuthorizer,
  HttpLambdaResponseType,
} from 'aws-cdk-lib/aws-apigatewayv2-authorizers';
import { API_KEY_REMEMBERED_SECONDS } from '../lambda/contract/auth.ts';
import type { AuthSettings } from './auth-settings.ts';
import type { Stage } from './stage.ts';

/** What API Gateway asks for and hands on under `$request.header.Authorization`; without it a request is answered 401. */
const IDENTITY_SOURCE = '$request.header.Authorization';

/**
 * What guards the API's routes.
 *
 * @param authorize the function that knows the keys; with `auth: 'api-key'`
 */
export function authorizerOf(auth: AuthSettings, authorize: Stage | undefined): IHttpRouteAuthorizer {
  switch (auth.kind) {
    case 'iam':
      return new HttpIamAuthorizer();
    case 'jwt':
      return new HttpJwtAuthorizer('Jwt', auth.issuer, {
        jwtAudience: [...auth.audience],
        identitySource: [IDENTITY_SOURCE],
      });
    case 'api-key':
      if (authorize === undefined) throw new Error('auth api-key needs the function that knows the keys');
      return new HttpLambdaAuthorizer('ApiKeys', authorize.function, {
        responseTypes: [HttpLambdaResponseType.SIMPLE],
        identitySource: [IDENTITY_SOURCE],
        // Each client costs one read a minute, not one a request.
        resultsCacheTtl: Duration.seconds(API_KEY_REMEMBERED_SECONDS),
      });
  }
}

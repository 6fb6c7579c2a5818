declare module 'dynalite' {
  import type { Server } from 'node:http';

  interface DynaliteOptions {
    /** LevelDB folder; in memory without it. */
    path?: string;
    /** How long a new table stays in state CREATING. */
    createTableMs?: number;
  }

  export default function dynalite(options: DynaliteOptions): Server;
}

declare module 'dynalite/db/index.js' {
  /** What dynalite keeps its tables and items in. */
  export interface Store {
    readonly db: {
      get: (
        key: string,
        callback: ((error: Error | null, value?: unknown) => void) | { readonly fillCache?: boolean },
      ) => unknown;
      getSync(key: string): unknown;
      readonly status: string;
    };
  }

  const db: { create: (options: object) => Store };
  export default db;
}

declare module 'dynalite/db/conditionParser.js' {
  import type { ExpressionParser } from 'dynalite/db/updateParser.js';

  const parser: ExpressionParser;
  export default parser;
}

declare module 'dynalite/db/updateParser.js' {
  /** What a request gives in addition to the expression's text. */
  export interface ExpressionContext {
    readonly attrNames?: Readonly<Record<string, string>> | null | undefined;
    readonly attrVals?: Readonly<Record<string, object>> | null | undefined;
    /** The parser deletes from it what the expression uses. */
    readonly unusedAttrNames: Record<string, true>;
    /** The parser deletes from it what the expression uses. */
    readonly unusedAttrVals: Record<string, true>;
  }

  export interface ExpressionParser {
    /** An object, or the text of an error. */
    parse: (text: string, options: { readonly context: ExpressionContext }) => unknown;
  }

  const parser: ExpressionParser;
  export default parser;
}

declare module 'dynalite/validations/index.js' {
  import type { Store } from 'dynalite/db/index.js';

  /** What dynalite knows of an operation's input. */
  export interface Validation {
    readonly types: object;
    readonly custom?: object;
  }

  /** Without `statusCode`: a fault of dynalite. */
  export interface DynaliteError extends Error {
    readonly statusCode?: number;
    readonly body?: unknown;
  }

  export type Action = (
    store: Store,
    input: unknown,
    callback: (error: DynaliteError | null | undefined, output?: unknown) => void,
  ) => void;

  const validations: {
    /** @throws DynaliteError */
    checkTypes(input: unknown, types: object): unknown;
    /** @throws DynaliteError */
    checkValidations(input: unknown, types: object, custom: object | undefined, store: Store): void;
  };
  export default validations;
}

declare module 'dynalite/actions/*.js' {
  import type { Action } from 'dynalite/validations/index.js';

  const action: Action;
  export default action;
}

declare module 'dynalite/validations/*.js' {
  import type { Validation } from 'dynalite/validations/index.js';

  const validation: Validation;
  export default validation;
}

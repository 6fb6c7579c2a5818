import conditionParser from 'dynalite/db/conditionParser.js';
import updateParser, { type ExpressionContext, type ExpressionParser } from 'dynalite/db/updateParser.js';
import { describe, expect, it } from 'vitest';
import { rememberingParse } from '../../local/parsed-expressions.ts';

/** What else dynalite's parser needs from its caller. */
const ASKED = { isReserved: (name: string) => name === 'SIZE', compare: () => false };

type Values = Readonly<Record<string, object>>;

function contextOf(attrNames: Readonly<Record<string, string>>, attrVals: Values): ExpressionContext {
  const allOf = (given: object) =>
    Object.fromEntries(Object.keys(given).map((name) => [name, true as const]));
  return {
    ...ASKED,
    attrNames,
    attrVals,
    unusedAttrNames: allOf(attrNames),
    unusedAttrVals: allOf(attrVals),
  };
}

/** A parser that counts its calls, and the same one that remembers. */
function parsers({ parse }: ExpressionParser) {
  const calls: string[] = [];
  const counted: ExpressionParser['parse'] = (text, options) => {
    calls.push(text);
    return parse(text, options);
  };
  return { calls, plain: parse, remembering: rememberingParse(counted) };
}

const NAMES = { '#state': 'state', '#runs': 'runs' };

describe('a parser that remembers expressions', () => {
  it('parses a condition once, and puts in the values of each request', () => {
    const { calls, remembering } = parsers(conditionParser);
    const text = '#state = :state AND (attribute_not_exists(#runs) OR #runs < :runs)';

    for (const runs of ['1', '2', '3']) {
      const context = contextOf(NAMES, { ':state': { S: `state ${runs}` }, ':runs': { N: runs } });

      expect(remembering(text, { context })).toMatchObject({
        expression: {
          type: 'and',
          args: [
            { type: '=', args: [['state'], { S: `state ${runs}` }] },
            {
              type: 'or',
              args: [{ name: 'attribute_not_exists' }, { type: '<', args: [['runs'], { N: runs }] }],
            },
          ],
        },
      });
      expect(context.unusedAttrNames).toEqual({});
      expect(context.unusedAttrVals).toEqual({});
    }
    expect(calls).toEqual([text]);
  });

  it('returns a result of its own each time: dynalite writes into it', () => {
    const { remembering } = parsers(updateParser);
    const parse = () =>
      remembering('SET #runs = :runs', {
        context: contextOf({ '#runs': 'runs' }, { ':runs': { N: '1' } }),
      }) as {
        sections: { val?: unknown }[];
      };
    const [first] = [parse(), parse()].map(({ sections }) => sections[0]);
    if (first !== undefined) first.val = { N: '7' };

    expect(parse().sections[0]?.val).toEqual({ N: '1' });
  });

  it('leaves names and values that the expression does not use among the unused', () => {
    const { remembering } = parsers(conditionParser);
    for (let request = 1; request <= 2; request++) {
      const context = contextOf(NAMES, { ':state': { S: 'running' }, ':other': { N: '1' } });
      remembering('#state = :state', { context });

      expect(context.unusedAttrNames).toEqual({ '#runs': true });
      expect(context.unusedAttrVals).toEqual({ ':other': true });
    }
  });

  it.each([
    ['of another type', '#state < :value', { S: 'b' }, { BOOL: true }],
    ['that begins_with cannot take', 'begins_with(#state, :value)', { S: 'b' }, { N: '1' }],
    ['that size cannot take', 'size(:value) > #state', { S: 'b' }, { N: '1' }],
  ])('judges a value %s as dynalite does', (_what, text, first, second) => {
    const { plain, remembering } = parsers(conditionParser);
    for (const value of [first, second, first, second]) {
      const parse = (parser: ExpressionParser['parse']) =>
        parser(text, { context: contextOf({ '#state': 'state' }, { ':value': value }) });
      expect(parse(remembering)).toEqual(parse(plain));
    }
  });

  it.each(['#state BETWEEN :low AND :high', 'attribute_type(#state, :low) AND #state < :high'])(
    'parses %s each time: it depends on what its values are',
    (text) => {
      const { calls, remembering } = parsers(conditionParser);
      for (let request = 1; request <= 2; request++) {
        remembering(text, {
          context: contextOf({ '#state': 'state' }, { ':low': { S: 'S' }, ':high': { S: 'b' } }),
        });
      }
      expect(calls).toHaveLength(2);
    },
  );

  it('repeats an error, and a syntax error', () => {
    const { plain, remembering } = parsers(conditionParser);
    const undefinedName = () => contextOf({}, { ':state': { S: 'x' } });
    for (let request = 1; request <= 2; request++) {
      expect(remembering('#state = :state', { context: undefinedName() })).toEqual(
        plain('#state = :state', { context: undefinedName() }),
      );
      expect(() => remembering('a ==', { context: contextOf({}, {}) })).toThrow('Expected');
    }
  });

  it('forgets all when there are a thousand, so that its memory is bounded', () => {
    const { calls, remembering } = parsers(updateParser);
    const parse = (name: string) => remembering(`REMOVE ${name}`, { context: contextOf({}, {}) });
    for (let number = 0; number <= 1_000; number++) parse(`a${number}`);
    expect(calls).toHaveLength(1_001);

    parse('a1000');
    expect(calls).toHaveLength(1_001);
    parse('a0');
    expect(calls).toHaveLength(1_002);
  });
});

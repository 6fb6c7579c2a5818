import { describe, expect, it } from 'vitest';
import { LineSplitter } from '../../../../console/page/model/line-splitter.ts';

describe('a stream of lines', () => {
  it('is cut at its ends of line, however its pieces fall', () => {
    const splitter = new LineSplitter();

    const lines = ['{"done":1}\n{"do', 'ne"', ':2}', '\n', '\n{"finished":true}\n'].map((piece) =>
      splitter.push(piece),
    );

    expect(lines).toEqual([['{"done":1}'], [], [], ['{"done":2}'], ['{"finished":true}']]);
  });
});

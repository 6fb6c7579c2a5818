import { describe, expect, it } from 'vitest';
import { UsageError } from '../../local/user-error.ts';
import { choosePipeline } from '../../ops/choose-pipeline.ts';

const CALLBACKS = { name: 'Shop/Callbacks', id: 'Callbacks', stackName: 'Shop' };
const REPORTS = { name: 'Shop/Reports', id: 'Reports', stackName: 'Shop' };

describe('the pipeline that a command works on', () => {
  it('is the only one, or the one with the given id or name', () => {
    expect(choosePipeline([REPORTS], undefined, 'the stack Shop')).toBe(REPORTS);
    expect(choosePipeline([CALLBACKS, REPORTS], 'Reports', 'the stack Shop')).toBe(REPORTS);
    expect(choosePipeline([CALLBACKS, REPORTS], 'Shop/Callbacks', 'the stack Shop')).toBe(CALLBACKS);
  });

  it('has to be named if there are several', () => {
    expect(() => choosePipeline([CALLBACKS, REPORTS], undefined, 'the stack Shop')).toThrow(
      new UsageError(
        'There are several pipelines in the stack Shop. Give --pipeline one of: Shop/Callbacks, Shop/Reports.',
      ),
    );
  });

  it('has to exist', () => {
    expect(() => choosePipeline([CALLBACKS, REPORTS], 'Orders', 'the stack Shop')).toThrow(
      new UsageError('There is no pipeline Orders. Give --pipeline one of: Shop/Callbacks, Shop/Reports.'),
    );
  });
});

import { describe, expect, it } from 'vitest';
import { type PipelineChoice, selectPipelines, shortName } from '../../local/select-pipelines.ts';

const PIPELINES = [
  { name: 'Shop/Callbacks', id: 'Callbacks', stackName: 'Shop' },
  { name: 'Shop/Reports', id: 'Reports', stackName: 'Shop' },
  { name: 'Billing/Callbacks', id: 'Callbacks', stackName: 'Billing' },
];

const selected = (choice: PipelineChoice) => selectPipelines(PIPELINES, choice).map(({ name }) => name);

describe('selecting pipelines', () => {
  it('takes all without options', () => {
    expect(selected({})).toEqual(['Shop/Callbacks', 'Shop/Reports', 'Billing/Callbacks']);
  });

  it('takes those of a stack', () => {
    expect(selected({ stack: 'Shop' })).toEqual(['Shop/Callbacks', 'Shop/Reports']);
  });

  it('takes one by its id, by its whole name, or by its id in a stack', () => {
    expect(selected({ pipeline: 'Reports' })).toEqual(['Shop/Reports']);
    expect(selected({ pipeline: 'Billing/Callbacks' })).toEqual(['Billing/Callbacks']);
    expect(selected({ pipeline: 'Callbacks', stack: 'Shop' })).toEqual(['Shop/Callbacks']);
  });

  it('lists the names that exist if none has the given one', () => {
    expect(() => selected({ pipeline: 'Orders' })).toThrow(
      'There is no pipeline Orders. Give --pipeline one of: Shop/Callbacks, Shop/Reports, Billing/Callbacks.',
    );
    expect(() => selected({ pipeline: 'Reports', stack: 'Billing' })).toThrow(
      'There is no pipeline Reports in the stack Billing. Give --pipeline one of: Billing/Callbacks.',
    );
    expect(() => selected({ stack: 'Orders' })).toThrow(
      'There is no pipeline in a stack Orders. Give --stack one of: Shop, Billing.',
    );
  });

  it('asks for the whole name if several have the id', () => {
    expect(() => selected({ pipeline: 'Callbacks' })).toThrow(
      'Several pipelines have the id Callbacks. Give --pipeline the whole name: Shop/Callbacks, Billing/Callbacks.',
    );
  });

  it('has a short name for each: its id, or its whole name if others have the id', () => {
    const [callbacks, reports] = ['Callbacks', 'Reports'].map((id) => ({ id, name: `Shop/${id}` })) as [
      { id: string; name: string },
      { id: string; name: string },
    ];

    expect(shortName(callbacks, [callbacks, reports])).toBe('Callbacks');
    expect(shortName(callbacks, [callbacks, reports, { id: 'Callbacks' }])).toBe('Shop/Callbacks');
  });
});

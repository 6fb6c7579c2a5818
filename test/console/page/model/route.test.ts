import { describe, expect, it } from 'vitest';
import { hashOf, queryOf, type Route, routeOf } from '../../../../console/page/model/route.ts';

describe('the address', () => {
  it.each<[string, Route]>([
    ['', { view: 'pipeline' }],
    ['#/', { view: 'pipeline' }],
    ['#/tasks', { view: 'tasks', filters: {} }],
    [
      '#/tasks?status=dead&host=receiver.example%3A8443',
      {
        view: 'tasks',
        filters: { status: 'dead', host: 'receiver.example:8443' },
      },
    ],
    ['#/tasks/attention', { view: 'attention' }],
    [
      '#/tasks/0c5e2f9a-6a51-4c39-9d5b-0b8f2a7c11de',
      {
        view: 'task',
        id: '0c5e2f9a-6a51-4c39-9d5b-0b8f2a7c11de',
      },
    ],
    ['#/dead-letters?reason=gone', { view: 'dead-letters', filters: { reason: 'gone' } }],
    ['#/inbox', { view: 'inbox' }],
    ['#/inbox/demo', { view: 'inbox', name: 'demo' }],
    ['#/submit?task=sleep', { view: 'submit', taskName: 'sleep' }],
    ['#/nowhere', { view: 'unknown', hash: '#/nowhere' }],
  ])('%s names its view', (hash, route) => {
    expect(routeOf(hash)).toEqual(route);
  });

  it.each([
    '#/',
    '#/tasks',
    '#/tasks?status=dead&since=2h',
    '#/tasks/attention',
    '#/tasks/0c5e2f9a-6a51-4c39-9d5b-0b8f2a7c11de',
    '#/dead-letters?older_than=15m',
    '#/inbox/demo',
    '#/submit',
  ])('%s is what its view is written as', (hash) => {
    expect(hashOf(routeOf(hash))).toBe(hash);
  });

  it('leaves out filters that say nothing', () => {
    expect(routeOf('#/tasks?status=&task=fail')).toEqual({ view: 'tasks', filters: { task: 'fail' } });
    expect(queryOf({ host: '', task: '' })).toBe('');
  });

  it('shows what cannot be decoded as it stands', () => {
    expect(routeOf('#/tasks/100%')).toEqual({ view: 'task', id: '100%' });
  });
});

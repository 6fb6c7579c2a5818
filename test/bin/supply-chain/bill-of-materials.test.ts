import { expect, test } from 'vitest';
import { type BillOfMaterials, deployedBill } from '../../../bin/supply-chain/bill-of-materials.ts';

const component = (name: string, version: string) => ({
  'bom-ref': `${name}@${version}`,
  name,
  version,
  scope: 'optional',
  properties: [{ name: 'cdx:npm:package:development', value: 'true' }],
  licenses: [{ license: { id: 'MIT' } }],
});

const INSTALLED: BillOfMaterials = {
  metadata: { component: { 'bom-ref': 'callback-completion@0.1.0', name: 'some-folder' } },
  components: [
    component('zod', '4.6.7'),
    component('a', '1.0.0'),
    component('a', '2.0.0'),
    component('b', '1.0.0'),
  ],
  dependencies: [
    { ref: 'callback-completion@0.1.0', dependsOn: ['zod@4.6.7', 'a@2.0.0'] },
    { ref: 'a@2.0.0', dependsOn: ['b@1.0.0', 'zod@4.6.7'] },
    { ref: 'zod@4.6.7' },
    { ref: 'b@1.0.0' },
  ],
};

test('what is deployed is what is in the bundles, in the version that is, with the scripts that hold it', () => {
  const bill = deployedBill(INSTALLED, [
    { name: 'zod', version: '4.6.7', scripts: ['run/index.js', 'submit/index.js'] },
    { name: 'a', version: '2.0.0', scripts: ['run/task-process.js'] },
  ]);

  expect(bill).toEqual({
    metadata: { component: { 'bom-ref': 'callback-completion@0.1.0', name: 'callback-completion' } },
    components: [
      {
        ...component('zod', '4.6.7'),
        scope: 'required',
        properties: [
          { name: 'callback-completion:script', value: 'run/index.js' },
          { name: 'callback-completion:script', value: 'submit/index.js' },
        ],
      },
      {
        ...component('a', '2.0.0'),
        scope: 'required',
        properties: [{ name: 'callback-completion:script', value: 'run/task-process.js' }],
      },
    ],
    dependencies: [
      { ref: 'callback-completion@0.1.0', dependsOn: ['zod@4.6.7', 'a@2.0.0'] },
      { ref: 'a@2.0.0', dependsOn: ['zod@4.6.7'] },
      { ref: 'zod@4.6.7', dependsOn: [] },
    ],
  });
});

test('a bundle that holds what nothing locks is not passed over', () => {
  expect(() => deployedBill(INSTALLED, [{ name: 'a', version: '3.0.0', scripts: [] }])).toThrow(
    'a 3.0.0 is in a bundle and not in the lock file',
  );
});

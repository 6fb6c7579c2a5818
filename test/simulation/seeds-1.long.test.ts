import { describeSeeds } from './seeds.ts';

describeSeeds({ first: 1, last: 10, tasks: 1_000 });

import { describeSeeds } from './seeds.ts';

describeSeeds({ first: 11, last: 20, tasks: 1_000 });

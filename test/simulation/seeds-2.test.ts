import { describeSeeds } from './seeds.ts';

describeSeeds(11, 20);

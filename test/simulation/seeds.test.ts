import { describeSeeds } from './seeds.ts';

/** The long suite has more seeds, and more clients. */
describeSeeds({ first: 1, last: 3, tasks: 300 });

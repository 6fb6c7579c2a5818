import { describeTwoCrashes } from './two-crashes.ts';

describeTwoCrashes('even');

/** Program: a worker as those of bench/peers are. It delivers one callback in so many milliseconds, and ends at `MOST`. */
import { answerCommands, tellParent } from '../../../bench/drain/commands.ts';

const { EVERY_MS = '1', MOST = 'Infinity' } = process.env;

let delivered = 0;
let timer: NodeJS.Timeout | undefined;

answerCommands({
  async work() {
    delivered = 0;
    timer = setInterval(() => {
      delivered += 1;
      tellParent(1);
      if (delivered === Number(MOST)) process.exit(3);
    }, Number(EVERY_MS));
  },
  async rest() {
    clearInterval(timer);
    return delivered;
  },
});

/** What a person does with the console, from the first task to a redriven callback. Each goes on from the one before. */
import { DEAD_LETTER_STORIES } from './stories/dead-letters.ts';
import { FAILING_RECEIVER_STORIES } from './stories/failing-receiver.ts';
import { walkByKeyboard } from './stories/keyboard.ts';
import { ONE_TASK_STORIES } from './stories/one-task.ts';
import { SUBMIT_STORIES } from './stories/submit.ts';
import type { Story } from './story.ts';

export const STORIES: readonly Story[] = [
  ...SUBMIT_STORIES,
  ...FAILING_RECEIVER_STORIES,
  ...DEAD_LETTER_STORIES,
  ...ONE_TASK_STORIES,
  {
    name: 'the keyboard alone goes from the front page to a delivered task',
    tell: walkByKeyboard,
  },
];

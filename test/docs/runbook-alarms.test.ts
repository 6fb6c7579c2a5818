import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ops } from '../support/ops.ts';
import { values } from '../support/template-resources.ts';

const page = readFileSync(join(import.meta.dirname, '../../docs/runbook.md'), 'utf8');

/** The sections below `## Alarms`, as [heading, text]. */
const sections = page
  .slice(page.indexOf('\n## Alarms\n'))
  .split(/^### /m)
  .slice(1)
  .map((section): [string, string] => [section.split('\n', 1)[0] ?? '', section]);

/** What the page can be entered at, as GitHub makes anchors of headings. */
const anchors = [...page.matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) =>
  heading
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N} _-]/gu, '')
    .replaceAll(' ', '-'),
);

const descriptions = values('AWS::CloudWatch::Alarm', 'AlarmDescription') as string[];
const names = values('AWS::CloudWatch::Alarm', 'AlarmName') as string[];

/** The lines of the shell's blocks, without what is said beside them. */
function commandsIn(text: string): string[] {
  return [...text.matchAll(/^```sh\n(.*?)^```$/gms)].flatMap(([, block = '']) =>
    block
      .trim()
      .split('\n')
      .map((line) => line.replace(/ +#.*$/, '')),
  );
}

const TASK_ID = '0c5e2f9a-6b1d-4e8f-9a70-3d2c1b0a9f8e';

describe('the runbook', () => {
  it('has a section for each alarm, and an alarm for each section', () => {
    expect(names.length).toBeGreaterThan(10);
    expect(sections.map(([heading]) => `CallbackCompletion-Pipeline-${heading}`)).toEqual(names);
  });

  it.each(descriptions)('is where this says: %s', (description) => {
    const [, sentence, anchor = ''] = /^(\S.+\.) docs\/runbook\.md#(\S+)$/.exec(description) ?? [];

    expect(sentence).toBeDefined();
    expect(anchors).toContain(anchor);
  });

  it('has no heading twice, which would lead one of them astray', () => {
    expect(anchors.filter((anchor, index) => anchors.indexOf(anchor) !== index)).toEqual([]);
  });

  it('leads nowhere within itself that is not there', () => {
    const led = [...page.matchAll(/\]\(#([^)]+)\)/g)].map(([, anchor = '']) => anchor);

    expect(led.filter((anchor) => !anchors.includes(anchor))).toEqual([]);
  });
});

describe.each(sections)('the section %s', (_heading, text) => {
  it('tells what it means, how to look and how to mend, in this order', () => {
    const parts = [...text.matchAll(/^\*\*(.+?)\*\*/gm)].map(([, part]) => part);

    expect(parts).toEqual(['What it means.', 'How to look.', 'How to mend.']);
  });

  it('has commands of which npm run ops understands every word', async () => {
    const commands = commandsIn(text);
    expect(commands.length).toBeGreaterThan(1);
    for (const command of commands) {
      const [, words] = /^npm run ops -- (.+)$/.exec(command) ?? [];
      expect(words, command).toBeDefined();
      const args = (words ?? '').replaceAll('TASK_ID', TASK_ID).split(' ');

      // A command is understood before its stack is looked for: that is all that may fail.
      const { exitCode, err } = await ops([...args, '--state', '/nonexistent/local-stack']);

      expect({ command, exitCode, err }).toEqual({
        command,
        exitCode: 1,
        err: expect.stringContaining('/nonexistent/local-stack'),
      });
    }
  });
});

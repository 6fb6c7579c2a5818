import { LOG_EVENT_OVERHEAD_BYTES } from '../scale/assumptions.ts';

/** What CloudWatch takes for lines, in bytes. */
export function logBytes(lines: readonly string[]): number {
  return lines.reduce((sum, line) => sum + Buffer.byteLength(line) + LOG_EVENT_OVERHEAD_BYTES, 0);
}

/** API Gateway's variables as a request that goes well has them. One that is not set is a dash. */
const VARIABLES: Readonly<Record<string, string>> = {
  requestId: 'TzK8QjV1FiAEPbg=',
  'identity.sourceIp': '203.0.113.107',
  routeKey: 'POST /api/tasks',
  status: '202',
  responseLatency: '42',
  responseLength: '102',
};

/** The line of the access log that a submission leaves, by its format in the template. */
export function accessLogLine(format: string): string {
  return format.replace(/\$context\.([A-Za-z.]+)/g, (_, name: string) => VARIABLES[name] ?? '-');
}

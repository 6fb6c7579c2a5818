import { isIP } from 'node:net';
import { type Duration, Token } from 'aws-cdk-lib';
import { secondsIn } from '../lambda/contract/duration.ts';
import type {
  ChoiceRow,
  DurationRow,
  DurationsRow,
  FlagRow,
  HostsRow,
  NetworksRow,
  NumberRow,
  SettingRow,
  TextRow,
} from '../lambda/contract/settings.ts';
import { allowedHosts } from './allowed-hosts.ts';
import { DURATION_NOTATION, formatSeconds, parseDuration } from './duration-text.ts';
import { SettingError } from './setting-error.ts';

/** A setting's name and its row. */
export interface Setting<Row> {
  readonly name: string;
  readonly row: Row;
}

/** How settings of one kind are handled: from the context to the prop, from the prop to what the stack works with. */
interface Kind<Row, Prop, Value> {
  /**
   * Reads the context, which gives text from the command line, and text, numbers, lists or truth values from cdk.json.
   *
   * @throws SettingError
   */
  parse(setting: Setting<Row>, given: unknown): Prop;
  /**
   * Checks a prop and converts it to plain units.
   *
   * @throws SettingError
   */
  check(setting: Setting<Row>, given: Prop): Value;
  /** Writes a checked value for a function; undefined if no variable is to be set. */
  write(value: Value): string | undefined;
  /** The value of a setting that is not given and has no default. Without it: undefined. */
  readonly absent?: Value;
}

type ValueRow = Exclude<SettingRow, { readonly kind: 'object' }>;

const number: Kind<NumberRow, number, number> = {
  parse: ({ name, row }, given) => {
    const text = String(given);
    if (!/^\d{1,9}$/.test(text)) throw SettingError.refused(name, given, 'a whole number', row.example);
    return Number(text);
  },
  check: (setting, given) => {
    const { range, unit = '', example } = setting.row;
    if (range === undefined) return given;
    const { min, max } = range;
    refuseToken(setting, Token.isUnresolved(given));
    if (!Number.isInteger(given) || given < min || given > max) {
      const allowed = `a whole number from ${min} to ${max} ${unit}`.trimEnd();
      throw SettingError.refused(setting.name, given, allowed, example);
    }
    return given;
  },
  write: String,
};

const duration: Kind<DurationRow | DurationsRow, Duration, number> = {
  parse: ({ name, row }, given) => {
    const parsed = typeof given === 'string' ? parseDuration(given.trim()) : undefined;
    if (parsed === undefined) throw SettingError.refused(name, given, DURATION_NOTATION, row.example);
    return parsed;
  },
  check: (setting, given) => {
    const { range, example } = setting.row;
    refuseToken(setting, given.isUnresolved());
    const seconds = given.toSeconds({ integral: false });
    const [min = 1, max = 0] = [range.min, range.max].map(secondsIn);
    if (!Number.isInteger(seconds) || seconds < min || seconds > max) {
      const allowed = `whole seconds from ${range.min} to ${range.max}`;
      throw SettingError.refused(setting.name, formatSeconds(seconds), allowed, example);
    }
    return seconds;
  },
  write: String,
};

const durations: Kind<DurationsRow, readonly Duration[], readonly number[]> = {
  parse: (setting, given) => listIn(setting, given).map((item) => duration.parse(setting, item)),
  check: (setting, given) => {
    refuseCount(setting, given);
    return given.map((item) => duration.check(setting, item));
  },
  write: (seconds) => seconds.join(','),
};

const choice: Kind<ChoiceRow, string, string> = {
  parse: (setting, given) => {
    const chosen = setting.row.choices.find((name) => name === given);
    if (chosen === undefined) throw notOneOf(setting, given);
    return chosen;
  },
  check: (setting, given) => {
    refuseToken(setting, Token.isUnresolved(given));
    if (!setting.row.choices.includes(given)) throw notOneOf(setting, given);
    return given;
  },
  write: (chosen) => chosen,
};

const flag: Kind<FlagRow, boolean, boolean> = {
  parse: ({ name, row }, given) => {
    const text = String(given);
    if (text === 'true' || text === 'false') return text === 'true';
    throw SettingError.refused(name, given, 'true or false', row.example);
  },
  check: (_setting, given) => given,
  write: String,
};

const text: Kind<TextRow, string, string> = {
  parse: ({ name, row }, given) => {
    if (typeof given === 'string') return given.trim();
    throw SettingError.refused(name, given, 'text', row.example);
  },
  check: (_setting, given) => given,
  write: (given) => given,
};

const texts: Kind<TextRow, string | readonly string[], readonly string[]> = {
  parse: listIn,
  check: (_setting, given) => (typeof given === 'string' ? [given] : given),
  write: (given) => given.join(','),
};

const networks: Kind<NetworksRow, readonly string[], readonly string[]> = {
  parse: listIn,
  check: (setting, given) => {
    refuseCount(setting, given);
    for (const cidr of given) {
      if (!isCidr(cidr)) {
        const allowed = 'an IPv4 or IPv6 network as address/prefix, with a prefix of at least 1';
        throw SettingError.refused(setting.name, cidr, allowed, setting.row.example);
      }
    }
    return given;
  },
  write: (cidrs) => (cidrs.length === 0 ? undefined : cidrs.join(',')),
  absent: [],
};

const hosts: Kind<HostsRow, readonly string[], 'any' | readonly string[]> = {
  parse: listIn,
  check: (_setting, given) => allowedHosts(given),
  // Always set, so that a missing variable is a fault and not a permission.
  write: (names) => (names === 'any' ? '*' : names.join(',')),
  absent: 'any',
};

// Methods, so that a kind that takes rows of its own may stand for one that is given any row.
const KINDS: { readonly [Name in ValueRow['kind']]: Kind<ValueRow, unknown, unknown> } = {
  number,
  duration,
  durations,
  choice,
  flag,
  text,
  texts,
  networks,
  hosts,
};

/** How to handle a row; undefined if it is of an object, which is neither read nor written. */
export function kindOf(row: SettingRow): Kind<SettingRow, unknown, unknown> | undefined {
  return row.kind === 'object' ? undefined : KINDS[row.kind];
}

function listIn({ name, row }: Setting<ValueRow>, given: unknown): string[] {
  const items = typeof given === 'string' ? given.split(',') : given;
  if (!Array.isArray(items) || !items.every((item) => typeof item === 'string' && item.trim() !== '')) {
    throw SettingError.refused(name, given, 'a list separated by commas', row.example);
  }
  return items.map((item: string) => item.trim());
}

function refuseCount(
  { name, row: { items, example } }: Setting<DurationsRow | NetworksRow>,
  { length }: readonly unknown[],
): void {
  const { min, max, noun } = items;
  if (length >= min && length <= max) return;
  const allowed = `${min === 0 ? 'up' : min} to ${max} ${noun}`;
  throw SettingError.refused(name, `${length} ${noun}`, allowed, example);
}

function refuseToken({ name, row: { example } }: Setting<ValueRow>, isToken: boolean): void {
  if (!isToken) return;
  throw SettingError.refused(name, 'a token', 'a value that is known when the app is synthesized', example);
}

function notOneOf({ name, row: { choices, example } }: Setting<ChoiceRow>, given: unknown): SettingError {
  const allowed = choices.length === 2 ? choices.join(' or ') : `one of ${choices.join(', ')}`;
  return SettingError.refused(name, given, allowed, example);
}

function isCidr(text: string): boolean {
  const [, address = '', prefix = ''] = /^([^/]+)\/(\d{1,3})$/.exec(text) ?? [];
  // A zone (fe80::1%eth0) is for a link of one machine, and no address of a callback has one.
  const family = address.includes('%') ? 0 : isIP(address);
  const longestPrefix = { 0: 0, 4: 32, 6: 128 }[family] ?? 0;
  return Number(prefix) >= 1 && Number(prefix) <= longestPrefix;
}

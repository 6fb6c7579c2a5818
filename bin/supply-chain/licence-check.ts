/** Licences that ask for no more than to be named: what is deployed may have these. */
const PERMISSIVE = [
  '0BSD',
  'Apache-2.0',
  'BSD-2-Clause',
  'BSD-3-Clause',
  'BlueOak-1.0.0',
  'ISC',
  'MIT',
  'MIT-0',
  'Unlicense',
];

/** Tools stay on the machine that runs them; of these changes to the tool itself would have to be published. */
const FOR_TOOLS = [...PERMISSIVE, 'MPL-2.0'];

/** Whether a package with this licence may be used so. */
export function isAllowed(licence: string | undefined, use: 'deployed' | 'tool'): boolean {
  if (licence === undefined) return false;
  return holds(licence, use === 'deployed' ? PERMISSIVE : FOR_TOOLS);
}

/** SPDX: `A OR B` leaves the choice, `A AND B` asks for both; AND binds closer, brackets group. */
function holds(expression: string, allowed: readonly string[]): boolean {
  const tokens = expression.match(/[()]|[^\s()]+/g) ?? [];
  let wellFormed = true;
  const either = (): boolean => {
    let held = both();
    while (tokens[0] === 'OR') {
      tokens.shift();
      held = both() || held;
    }
    return held;
  };
  const both = (): boolean => {
    let held = one();
    while (tokens[0] === 'AND') {
      tokens.shift();
      held = one() && held;
    }
    return held;
  };
  const one = (): boolean => {
    const token = tokens.shift();
    if (token !== '(') {
      wellFormed &&= token !== undefined && /^[\w.+-]+$/.test(token);
      return token !== undefined && allowed.includes(token);
    }
    const held = either();
    wellFormed &&= tokens.shift() === ')';
    return held;
  };
  const held = either();
  // What was not understood allows nothing.
  return held && wellFormed && tokens.length === 0;
}

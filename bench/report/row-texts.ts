import type { Row } from '../result.ts';

export function limitText({ comparison, limit, unit }: Pick<Row, 'comparison' | 'limit' | 'unit'>): string {
  return `${comparison === 'at most' ? '≤' : '≥'} ${withUnit(limit, unit)}`;
}

export function figureText({ figure, unit }: Pick<Row, 'figure' | 'unit'>): string {
  return figure === null ? '–' : withUnit(figure, unit);
}

function withUnit(figure: number, unit: string): string {
  const [dollars, ...rest] = unit.split(' ');
  if (dollars === '$') return [`$${figure.toFixed(2)}`, ...rest].join(' ');
  return `${figure.toLocaleString('en-US', { maximumFractionDigits: 3 })} ${unit}`.trim();
}

import { useLayoutEffect, useState } from 'preact/hooks';
import type { Filters } from '../model/route.ts';
import { Field } from './field.tsx';

export interface FilterField {
  /** As the API's query names it. */
  readonly name: string;
  readonly label: string;
  readonly placeholder?: string;
  /** Those that there are; without, any text. */
  readonly options?: readonly string[];
  /** What an option means, shown beside it. */
  readonly words?: Readonly<Record<string, string>>;
}

interface Props {
  readonly fields: readonly FilterField[];
  readonly filters: Filters;
  readonly onChange: (filters: Filters) => void;
  /** What is in the fields, applied or not. */
  readonly onTyped?: (filters: Filters) => void;
}

/** Narrows a list down. What is chosen counts at once, what is typed with Enter or the button. */
export function FilterForm({ fields, filters, onChange, onTyped }: Props) {
  const [typed, setTyped] = useState(filters);
  // Before it is painted: who goes back and presses a button at once means what the fields then show.
  useLayoutEffect(() => setTyped(filters), [filters]);
  useLayoutEffect(() => onTyped?.(givenOf(typed)), [typed]);
  const apply = (next: Filters) => {
    const given = givenOf(next);
    if (JSON.stringify(given) !== JSON.stringify(filters)) onChange(given);
  };
  return (
    // biome-ignore lint/a11y/useSemanticElements: <search> is not yet known to every screen reader.
    <form
      class="filters"
      role="search"
      onSubmit={(event) => {
        event.preventDefault();
        apply(typed);
      }}
    >
      {fields.map(({ name, label, placeholder, options, words }) => (
        <Field key={name} label={label}>
          {options === undefined ? (
            <input
              value={typed[name] ?? ''}
              placeholder={placeholder}
              autocomplete="off"
              spellcheck={false}
              onInput={(event) => setTyped({ ...typed, [name]: event.currentTarget.value.trim() })}
            />
          ) : (
            <select
              value={typed[name] ?? ''}
              onChange={(event) => apply({ ...typed, [name]: event.currentTarget.value })}
            >
              <option value="">any</option>
              {options.map((option) => (
                <option key={option} value={option}>
                  {words?.[option] === undefined ? option : `${option}: ${words[option]}`}
                </option>
              ))}
            </select>
          )}
        </Field>
      ))}
      <button type="submit">Apply</button>
      {Object.keys(filters).length > 0 && (
        <button type="button" onClick={() => onChange({})}>
          Clear filters
        </button>
      )}
    </form>
  );
}

function givenOf(filters: Filters): Filters {
  return Object.fromEntries(Object.entries(filters).filter(([, value]) => value !== ''));
}

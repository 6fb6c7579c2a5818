import { useEffect, useState } from 'preact/hooks';
import type { Filters } from '../model/route.ts';
import { Field } from './field.tsx';

export interface FilterField {
  /** As the API's query names it. */
  readonly name: string;
  readonly label: string;
  readonly placeholder?: string;
  /** Those that there are; without, any text. */
  readonly options?: readonly string[];
}

interface Props {
  readonly fields: readonly FilterField[];
  readonly filters: Filters;
  readonly onChange: (filters: Filters) => void;
}

/** Narrows a list down. What is chosen counts at once, what is typed with Enter or the button. */
export function FilterForm({ fields, filters, onChange }: Props) {
  const [typed, setTyped] = useState(filters);
  useEffect(() => setTyped(filters), [filters]);
  const apply = (next: Filters) => {
    const given = Object.fromEntries(Object.entries(next).filter(([, value]) => value !== ''));
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
      {fields.map(({ name, label, placeholder, options }) => (
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
                <option key={option}>{option}</option>
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

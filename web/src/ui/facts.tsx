import type { ReactNode } from 'react';

export interface FactItem {
  label: string;
  value: ReactNode;
}

/** Facts with their names above them, as many to a line as fit. */
export function Facts({ items }: { items: FactItem[] }) {
  return (
    <dl className="facts">
      {items.map(({ label, value }) => (
        <div key={label}><dt>{label}</dt><dd>{value}</dd></div>
      ))}
    </dl>
  );
}

/** The same with large figures, for what is read from across the room. */
export function Figures({ items }: { items: FactItem[] }) {
  return (
    <dl className="facts">
      {items.map(({ label, value }) => (
        <div key={label}><dt>{label}</dt><dd className="figure">{value}</dd></div>
      ))}
    </dl>
  );
}

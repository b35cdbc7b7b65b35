import { NativeSelect, TextInput } from '@mantine/core';
import { type Doc, textIn, withKey } from './plan-doc';

export interface Part {
  doc: Doc;
  set: (next: Doc) => void;
}

interface FieldProps extends Part {
  at: string;
  label: string;
  w?: number;
}

/** One text of a part: amounts, rates and names stand in the plan as they are typed. */
export function Field({ doc, set, at, label, w }: FieldProps) {
  return <TextInput size="xs" label={label} value={textIn(doc, at)} onChange={(event) => set(withKey(doc, at, event.currentTarget.value))} {...(w ? { w } : {})} />;
}

interface ChoiceProps extends FieldProps {
  data: { value: string; label: string }[];
  /** What the language takes where the text says nothing. */
  unsaid?: string;
}

/** One word of a closed list; what the text has and the list does not is offered as it stands. */
export function Choice({ doc, set, at, label, data, unsaid, w }: ChoiceProps) {
  const value = textIn(doc, at) || (unsaid ?? '');
  const list = value === '' || data.some((one) => one.value === value) ? data : [...data, { value, label: value }];
  return <NativeSelect size="xs" label={label} value={value} data={list} onChange={(event) => set(withKey(doc, at, event.currentTarget.value))} {...(w ? { w } : {})} />;
}

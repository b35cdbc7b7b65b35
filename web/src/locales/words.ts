/**
 * The shape of a language: every key of English, with any text. A plural has the forms that the language knows, so the
 * English singular may be absent ("_one"); which forms there must be, a test asks the runtime's plural rules.
 */
export type Words<T> = {
  [K in keyof T as K extends `${string}_one` ? never : K]: T[K] extends string ? string : Words<T[K]>;
} & { [K in keyof T as K extends `${string}_one` ? K : never]?: string };

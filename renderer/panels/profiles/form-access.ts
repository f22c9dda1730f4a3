/** What every section of the form is handed. */

import type { FormField } from '../../model/profiles-check.ts';
import type { ProfileForm } from '../../model/profiles-form.ts';
import type { ProfilesText } from './strings/text.ts';

export interface FormAccess {
  readonly t: ProfilesText;
  readonly form: ProfileForm;
  readonly change: (patch: Partial<ProfileForm>) => void;
  /** What is wrong with the field, in words. */
  readonly fault: (field: FormField) => string | undefined;
}

/** Fields that hold text as typed. */
export type TextKey = {
  [K in keyof ProfileForm]: ProfileForm[K] extends string ? (string extends ProfileForm[K] ? K : never) : never;
}[keyof ProfileForm];

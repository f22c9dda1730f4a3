/** Fields of the form by name: each shows its value and its fault, and writes what is typed back. */

import type { ReactNode } from 'react';
import { TextField } from '../../ui/FormFields.tsx';
import type { FormAccess, TextKey } from './form-access.ts';

interface BoundProps {
  readonly access: FormAccess;
  readonly name: TextKey;
  readonly label: string;
  readonly hint?: string;
  readonly placeholder?: string;
}

function bound({ access, name, label, hint, placeholder }: BoundProps) {
  return {
    label,
    hint,
    placeholder,
    value: access.form[name],
    fault: access.fault(name),
    onChange: (value: string) => access.change({ [name]: value }),
  };
}

/** Words that go on the wire, or to a program, as they are. */
export function WireField(props: BoundProps): ReactNode {
  return <TextField {...bound(props)} mono />;
}

export function NumberField({ unit, ...props }: BoundProps & { readonly unit?: string }): ReactNode {
  return <TextField {...bound(props)} numeric {...(unit === undefined ? {} : { unit })} />;
}

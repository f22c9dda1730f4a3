/** Rows of a form: a label, one control, and below it what is wrong or what it means. */

import { type HTMLInputTypeAttribute, type ReactNode, useId } from 'react';

interface RowProps {
  readonly label: string;
  readonly hint?: string | undefined;
  /** Why the value cannot be used; stands in place of the hint. */
  readonly fault?: string | undefined;
}

interface ControlIds {
  readonly id: string;
  readonly described: string | undefined;
}

function useIds({ hint, fault }: RowProps): ControlIds {
  const id = useId();
  return { id, described: hint === undefined && fault === undefined ? undefined : `${id}-note` };
}

function Row({
  row,
  ids,
  top = false,
  children,
}: {
  readonly row: RowProps;
  readonly ids: ControlIds;
  readonly top?: boolean;
  readonly children: ReactNode;
}) {
  const note = row.fault ?? row.hint;
  return (
    <div className={`field-row ${top ? 'field-row-top' : ''}`}>
      <label htmlFor={ids.id}>{row.label}</label>
      <span className="field-control">{children}</span>
      {note === undefined ? null : (
        <span
          id={`${ids.id}-note`}
          className={`field-hint ${row.fault === undefined ? '' : 'field-error'}`}
          aria-live={row.fault === undefined ? undefined : 'polite'}
        >
          {note}
        </span>
      )}
    </div>
  );
}

export interface TextFieldProps extends RowProps {
  readonly value: string;
  readonly onChange: (value: string) => void;
  readonly onBlur?: () => void;
  /** Answer true where the text was taken: it is not pasted then. */
  readonly onPaste?: (text: string) => boolean;
  readonly mono?: boolean;
  readonly numeric?: boolean;
  readonly type?: HTMLInputTypeAttribute;
  readonly placeholder?: string | undefined;
  readonly unit?: string;
  readonly disabled?: boolean;
  /** Offered for completion; anything else may still be typed. */
  readonly choices?: readonly string[];
  /** Stands behind the field. */
  readonly children?: ReactNode;
  readonly autoFocus?: boolean;
}

export function TextField(props: TextFieldProps): ReactNode {
  const ids = useIds(props);
  const list = props.choices === undefined ? undefined : `${ids.id}-choices`;
  return (
    <Row row={props} ids={ids}>
      <input
        id={ids.id}
        className={`input ${props.mono === true ? 'mono' : ''} ${props.numeric === true ? 'number field-number' : 'grow'}`}
        type={props.type ?? 'text'}
        inputMode={props.numeric === true ? 'numeric' : undefined}
        value={props.value}
        disabled={props.disabled}
        placeholder={props.placeholder}
        aria-invalid={props.fault !== undefined}
        aria-describedby={ids.described}
        autoComplete={props.type === 'password' ? 'new-password' : 'off'}
        spellCheck={false}
        list={list}
        data-autofocus={props.autoFocus}
        onChange={(event) => props.onChange(event.target.value)}
        onBlur={props.onBlur}
        onPaste={(event) => {
          if (props.onPaste?.(event.clipboardData.getData('text')) === true) event.preventDefault();
        }}
      />
      {props.unit === undefined ? null : <span className="quiet">{props.unit}</span>}
      {list === undefined ? null : (
        <datalist id={list}>
          {props.choices?.map((choice) => (
            <option key={choice} value={choice} />
          ))}
        </datalist>
      )}
      {props.children}
    </Row>
  );
}

export interface AreaFieldProps extends RowProps {
  readonly value: string;
  readonly onChange: (value: string) => void;
  readonly rows?: number;
  readonly placeholder?: string | undefined;
  /** Stands above the area. */
  readonly children?: ReactNode;
}

export function AreaField(props: AreaFieldProps): ReactNode {
  const ids = useIds(props);
  return (
    <Row row={props} ids={ids} top>
      <span className="field-stack">
        {props.children}
        <textarea
          id={ids.id}
          className="textarea"
          rows={props.rows ?? 3}
          value={props.value}
          placeholder={props.placeholder}
          aria-invalid={props.fault !== undefined}
          aria-describedby={ids.described}
          spellCheck={false}
          onChange={(event) => props.onChange(event.target.value)}
        />
      </span>
    </Row>
  );
}

export interface SelectFieldProps<V extends string> extends RowProps {
  readonly value: V;
  readonly choices: readonly (readonly [value: V, title: string])[];
  readonly onChange: (value: V) => void;
  readonly children?: ReactNode;
}

export function SelectField<V extends string>(props: SelectFieldProps<V>): ReactNode {
  const ids = useIds(props);
  return (
    <Row row={props} ids={ids}>
      <select
        id={ids.id}
        className="select"
        value={props.value}
        aria-invalid={props.fault !== undefined}
        aria-describedby={ids.described}
        onChange={(event) => {
          const chosen = props.choices.find(([value]) => value === event.target.value);
          if (chosen !== undefined) props.onChange(chosen[0]);
        }}
      >
        {props.choices.map(([value, title]) => (
          <option key={value} value={value}>
            {title}
          </option>
        ))}
      </select>
      {props.children}
    </Row>
  );
}

export interface CheckFieldProps {
  readonly label: string;
  readonly value: boolean;
  readonly onChange: (value: boolean) => void;
  readonly hint?: string | undefined;
  readonly fault?: string | undefined;
}

export function CheckField({ label, value, onChange, hint, fault }: CheckFieldProps): ReactNode {
  const id = useId();
  const note = fault ?? hint;
  return (
    <div className="field-row">
      <span />
      <label className="field-check">
        <input
          type="checkbox"
          checked={value}
          aria-describedby={note === undefined ? undefined : `${id}-note`}
          onChange={(event) => onChange(event.target.checked)}
        />
        {label}
      </label>
      {note === undefined ? null : (
        <span id={`${id}-note`} className={`field-hint ${fault === undefined ? '' : 'field-error'}`}>
          {note}
        </span>
      )}
    </div>
  );
}

/** The field of a filter: coloured as it is typed, faults marked at their place, completions and earlier filters below it. */

import { History, X } from 'lucide-react';
import { type KeyboardEvent, type ReactNode, type Ref, useId, useImperativeHandle, useRef, useState } from 'react';
import { Button } from './Button.tsx';
import type { SavedFilterChoices } from './saved-filter-choices.ts';
import { SavedFilters } from './SavedFilters.tsx';
import './filter-input.css';

/** Positions are UTF-16 units of the text, `to` exclusive. */
export interface FilterSpan {
  readonly from: number;
  readonly to: number;
  readonly kind: 'field' | 'value' | 'sign' | 'plain';
}

export interface FilterFault {
  readonly from: number;
  readonly to: number;
  /** Words for it; shown below the field and spoken. */
  readonly message: string;
}

export interface FilterChoices {
  readonly from: number;
  readonly to: number;
  readonly options: readonly { readonly insert: string; readonly note?: string }[];
}

export interface FilterInputProps {
  readonly label: string;
  readonly placeholder: string;
  readonly value: string;
  readonly onChange: (text: string) => void;
  /** Enter, or leaving the field: worth remembering. */
  readonly onCommit?: (text: string) => void;
  readonly spans: readonly FilterSpan[];
  readonly faults: readonly FilterFault[];
  /** What could stand at the cursor. May answer later; an answer for a text that has changed since is dropped. */
  readonly complete: (text: string, cursor: number) => FilterChoices | Promise<FilterChoices>;
  /** Newest first. */
  readonly history: readonly string[];
  readonly historyLabel: string;
  readonly clearLabel: string;
  /** Escape is for what stands around the field: it clears nothing. */
  readonly keepsOnEscape?: boolean;
  readonly saved: SavedFilterChoices;
  readonly handle?: Ref<{ focus(): void }>;
}

interface OpenList {
  readonly kind: 'completions' | 'history';
  readonly choices: FilterChoices;
}

export function FilterInput(props: FilterInputProps): ReactNode {
  const { value, faults, history } = props;
  const id = useId();
  const input = useRef<HTMLInputElement>(null);
  const mirror = useRef<HTMLDivElement>(null);
  const [list, setList] = useState<OpenList>();
  /** -1: none is chosen yet, Enter keeps the text. */
  const [active, setActive] = useState(-1);
  const [savedOpen, setSavedOpen] = useState(false);
  const question = useRef(0);
  useImperativeHandle(props.handle, () => ({
    focus: () => {
      input.current?.focus();
      input.current?.select();
    },
  }));
  const follow = () => {
    if (mirror.current !== null && input.current !== null)
      mirror.current.style.transform = `translateX(${-input.current.scrollLeft}px)`;
  };
  const close = () => {
    question.current++;
    setList(undefined);
    setActive(-1);
  };
  const ask = async (text: string, cursor: number) => {
    const asked = ++question.current;
    const choices = await props.complete(text, cursor);
    if (asked !== question.current) return;
    const typed = text.slice(choices.from, cursor);
    const options = choices.options.filter((option) => option.insert !== typed);
    setActive(-1);
    setList(options.length === 0 ? undefined : { kind: 'completions', choices: { ...choices, options } });
  };
  const showHistory = () => {
    if (history.length === 0) return;
    question.current++;
    setActive(-1);
    setList({
      kind: 'history',
      choices: { from: 0, to: value.length, options: history.map((insert) => ({ insert })) },
    });
  };
  const accept = (index: number) => {
    const option = list?.choices.options[index];
    if (list === undefined || option === undefined) return;
    const { from, to } = list.choices;
    const text = value.slice(0, from) + option.insert + value.slice(to);
    const cursor = from + option.insert.length;
    close();
    props.onChange(text);
    requestAnimationFrame(() => {
      input.current?.setSelectionRange(cursor, cursor);
      if (option.insert.endsWith(':')) void ask(text, cursor);
    });
  };
  const clear = () => {
    props.onChange('');
    input.current?.focus();
  };
  const leaveSaved = () => {
    setSavedOpen(false);
    input.current?.focus();
  };
  const onKeyDown = (event: KeyboardEvent<HTMLInputElement>) => {
    const count = list?.choices.options.length ?? 0;
    if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      event.preventDefault();
      if (list === undefined && event.altKey && event.key === 'ArrowUp') setSavedOpen(true);
      else if (list !== undefined)
        setActive((active + (event.key === 'ArrowDown' ? 1 : active < 0 ? 0 : -1) + count) % count);
      else if (value === '' || event.altKey) showHistory();
      else void ask(value, event.currentTarget.selectionStart ?? value.length);
    } else if (event.key === 'Tab' && list?.kind === 'completions' && !event.shiftKey) {
      event.preventDefault();
      accept(Math.max(0, active));
    } else if (event.key === 'Enter') {
      event.preventDefault();
      if (active >= 0) accept(active);
      else {
        close();
        props.onCommit?.(value);
      }
    } else if (event.key === 'Escape') {
      if (list === undefined && props.keepsOnEscape === true) return;
      event.preventDefault();
      if (list === undefined) props.onChange('');
      close();
    } else if (event.key === ' ' && event.ctrlKey) {
      event.preventDefault();
      void ask(value, event.currentTarget.selectionStart ?? value.length);
    }
  };
  const fault = faults[0];
  return (
    <div className="filter" data-invalid={fault !== undefined}>
      <div className="filter-text">
        <div className="filter-mirror" aria-hidden>
          <div ref={mirror}>{mirrorOf(value, props.spans, faults)}</div>
        </div>
        <input
          ref={input}
          className="filter-input"
          role="combobox"
          aria-label={props.label}
          aria-invalid={fault !== undefined}
          aria-describedby={fault === undefined ? undefined : `${id}-fault`}
          aria-expanded={list !== undefined}
          aria-controls={`${id}-list`}
          aria-autocomplete="list"
          aria-activedescendant={active < 0 ? undefined : `${id}-${active}`}
          placeholder={props.placeholder}
          spellCheck={false}
          autoComplete="off"
          value={value}
          onChange={(event) => {
            props.onChange(event.target.value);
            void ask(event.target.value, event.target.selectionStart ?? event.target.value.length);
          }}
          onScroll={follow}
          onSelect={follow}
          onKeyDown={onKeyDown}
          onBlur={() => {
            close();
            if (value !== '') props.onCommit?.(value);
          }}
        />
      </div>
      {value === '' ? null : (
        <Button
          label={props.clearLabel}
          keys={props.keepsOnEscape === true ? undefined : 'Esc'}
          className="filter-button"
          onPress={clear}
        >
          <X aria-hidden />
        </Button>
      )}
      {history.length === 0 ? null : (
        <Button
          label={props.historyLabel}
          keys="Alt+↓"
          className="filter-button"
          attributes={{ onMouseDown: (event) => event.preventDefault() }}
          onPress={() => {
            input.current?.focus();
            if (list === undefined) showHistory();
            else close();
          }}
        >
          <History aria-hidden />
        </Button>
      )}
      <SavedFilters
        choices={props.saved}
        text={value}
        savable={value.trim() !== '' && fault === undefined}
        isOpen={savedOpen}
        onOpenChange={setSavedOpen}
        onLeave={leaveSaved}
        onApply={(filter) => {
          props.onChange(filter);
          leaveSaved();
        }}
      />
      {fault === undefined || list !== undefined || savedOpen ? null : (
        <div className="filter-fault popover" id={`${id}-fault`} role="status">
          {fault.message}
        </div>
      )}
      {list === undefined ? null : (
        <div className="filter-list popover" id={`${id}-list`} role="listbox" aria-label={props.label}>
          {list.choices.options.map((option, index) => (
            <div
              key={option.insert}
              id={`${id}-${index}`}
              role="option"
              aria-selected={index === active}
              data-active={index === active}
              className="menu-item mono"
              onMouseDown={(event) => {
                event.preventDefault();
                accept(index);
              }}
            >
              {option.insert}
              {option.note === undefined ? null : <span className="menu-keys">{option.note}</span>}
            </div>
          ))}
        </div>
      )}
    </div>
  );
}

/**
 * The text again, in pieces that are coloured and underlined, behind the field whose own letters are transparent. Spans are in order and do not
 * overlap; faults are in the order of their beginnings.
 */
function mirrorOf(text: string, spans: readonly FilterSpan[], faults: readonly FilterFault[]): ReactNode {
  const cuts = new Set([0, text.length]);
  for (const { from, to } of [...spans, ...faults]) {
    cuts.add(Math.min(from, text.length));
    cuts.add(Math.min(to, text.length));
  }
  const points = [...cuts].toSorted((a, b) => a - b);
  let span = 0;
  let fault = 0;
  let faultyTo = 0;
  return points.slice(0, -1).map((from, index) => {
    const to = points[index + 1] ?? text.length;
    while ((spans[span]?.to ?? Number.POSITIVE_INFINITY) <= from) span++;
    for (; (faults[fault]?.from ?? Number.POSITIVE_INFINITY) <= from; fault++)
      faultyTo = Math.max(faultyTo, faults[fault]?.to ?? 0, from + 1);
    const kind = (spans[span]?.from ?? Number.POSITIVE_INFINITY) <= from ? spans[span]?.kind : undefined;
    return (
      <span key={from} className={faultyTo >= to ? 'filter-faulty' : ''} data-kind={kind ?? 'plain'}>
        {text.slice(from, to)}
      </span>
    );
  });
}

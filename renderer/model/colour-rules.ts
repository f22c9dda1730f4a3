/** The rules that colour packets, as the page changes them: each change is in force at once, what is typed after a pause. */

import { COLOURS, type Colour, type ColourRule, MOST_COLOUR_RULES } from '../../shared/contract/colours.ts';
import { COLOUR_RULES_FILE, type ColourBook } from '../../shared/contract/rules-file.ts';
import type { AppModel } from './app-model.ts';
import { filterFaults } from './packet-filter.ts';
import { newRuleId } from './rule-id.ts';
import { RulesFileOpening } from './rules-file-opening.ts';
import { createStore, derive, type Readable } from './store.ts';

/** Command that shows the rules, wherever one is. */
export const SHOW_COLOUR_RULES = 'app.colour-rules';

/** Shows the rules; with an id, that one's fields too. */
export function showColourRule(app: AppModel, id?: string): void {
  if (id !== undefined) colourRulesOf(app).show(id);
  app.commands.run(SHOW_COLOUR_RULES, app.navigation.panel.get());
}

/** Milliseconds of rest in typing before rows are coloured anew. */
const TYPING_PAUSE_MS = 250;

/** What of a rule is typed. */
type Typed = Partial<Pick<ColourRule, 'name' | 'filter'>>;

export class ColourRulesModel {
  readonly #app: AppModel;
  /** Not sent yet: somebody types, or the filter does not read. */
  readonly #typed = createStore<ReadonlyMap<string, Typed>>(new Map());
  /** What the service was told and has not answered yet: its answers may come to earlier changes. */
  readonly #told = createStore<readonly ColourRule[] | undefined>(undefined);
  readonly #open = createStore<string | undefined>(undefined);
  readonly #namingWanted = createStore(false);
  readonly #sent: Readable<readonly ColourRule[]>;
  /** As typed. */
  readonly rules: Readable<readonly ColourRule[]>;
  readonly file: RulesFileOpening<ColourBook>;
  #calls = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(app: AppModel) {
    this.#app = app;
    const { settings } = app.inspector;
    this.#sent = derive([settings, this.#told], () => this.#told.get() ?? settings.get().colourRules);
    this.file = new RulesFileOpening({
      file: COLOUR_RULES_FILE,
      actions: app.actions,
      current: () => {
        this.commit();
        return this.book;
      },
      take: ({ rules }) => this.#take(rules),
    });
    this.rules = derive([this.#sent, this.#typed], () => {
      const typed = this.#typed.get();
      return typed.size === 0 ? this.#sent.get() : this.#sent.get().map((rule) => ({ ...rule, ...typed.get(rule.id) }));
    });
  }

  /** Id of the rule whose fields are shown. */
  get open(): Readable<string | undefined> {
    return this.#open;
  }
  /** The open rule was just added and waits for a name. */
  get namingWanted(): Readable<boolean> {
    return this.#namingWanted;
  }
  /** What is in force, for a file. */
  get book(): ColourBook {
    return { rules: [...this.#sent.get()] };
  }
  get full(): boolean {
    return this.#sent.get().length >= MOST_COLOUR_RULES;
  }

  show(id: string | undefined): void {
    this.commit();
    this.#open.set(id);
  }

  /** The field of the name has the keys. */
  named(): void {
    this.#namingWanted.set(false);
  }

  /** A rule at the end of the list, open; where there is one of that filter, that one is opened and turned on instead. */
  add({ name = '', filter = '' }: Typed = {}): void {
    this.commit();
    const same = filter === '' ? undefined : this.#sent.get().find((rule) => rule.filter === filter);
    if (same !== undefined) {
      this.#open.set(same.id);
      if (!same.enabled) this.change(same.id, { enabled: true });
      return;
    }
    if (this.full) return;
    const rule = { id: newRuleId(), name, filter, colour: this.#nextColour(), enabled: true };
    this.#send((rules) => [...rules, rule]);
    this.#open.set(rule.id);
    this.#namingWanted.set(true);
  }

  change(id: string, patch: Partial<Pick<ColourRule, 'colour' | 'enabled'>>): void {
    this.#send((rules) => rules.map((rule) => (rule.id === id ? { ...rule, ...patch } : rule)));
  }

  /** In force after a pause, once the filter reads. */
  type(id: string, patch: Typed): void {
    this.#typed.update((typed) => new Map(typed).set(id, { ...typed.get(id), ...patch }));
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.commit(), TYPING_PAUSE_MS);
  }

  /** Sends what is typed at once; a filter that does not read stays typed, and the one before it in force. */
  commit(): void {
    clearTimeout(this.#timer);
    const typed = this.#typed.get();
    if (typed.size === 0) return;
    const kept = new Map<string, Typed>();
    for (const [id, { filter }] of typed)
      if (filter !== undefined && filterFaults(filter).length > 0) kept.set(id, { filter });
    const readable = (id: string): Typed => {
      const { name, filter } = typed.get(id) ?? {};
      return {
        ...(name === undefined ? {} : { name }),
        ...(filter === undefined || kept.has(id) ? {} : { filter }),
      };
    };
    const isNew = this.#sent.get().some((rule) => {
      const { name = rule.name, filter = rule.filter } = readable(rule.id);
      return name !== rule.name || filter !== rule.filter;
    });
    if (isNew) this.#send((rules) => rules.map((rule) => ({ ...rule, ...readable(rule.id) })));
    this.#typed.set(kept);
  }

  remove(id: string): void {
    this.#typed.update((typed) => new Map([...typed].filter(([key]) => key !== id)));
    if (this.#open.get() === id) this.#open.set(undefined);
    this.#send((rules) => rules.filter((rule) => rule.id !== id));
  }

  move(id: string, by: 1 | -1): void {
    this.place(id, this.#sent.get().findIndex((rule) => rule.id === id) + by);
  }

  /** Moves a rule to where another one stands. */
  place(id: string, to: number): void {
    const rules = this.#sent.get();
    const at = rules.findIndex((rule) => rule.id === id);
    const rule = rules[at];
    if (rule === undefined || to === at || to < 0 || to >= rules.length) return;
    this.#send(() => rules.toSpliced(at, 1).toSpliced(to, 0, rule));
  }

  /** With those of a file; of a rule that is gone nothing stays typed. */
  #take(rules: readonly ColourRule[]): void {
    const stays = (id: string | undefined): boolean => rules.some((rule) => rule.id === id);
    this.#typed.update((typed) => new Map([...typed].filter(([id]) => stays(id))));
    if (!stays(this.#open.get())) this.#open.set(undefined);
    this.#send(() => rules);
  }

  /** The first of those that fewest rules have. */
  #nextColour(): Colour {
    const uses = (colour: Colour): number => this.#sent.get().filter((rule) => rule.colour === colour).length;
    return COLOURS.reduce((best, colour) => (uses(colour) < uses(best) ? colour : best));
  }

  #send(change: (rules: readonly ColourRule[]) => readonly ColourRule[]): void {
    const { actions, inspector } = this.#app;
    const before = this.#sent.get();
    const colourRules = [...change(before)];
    this.#told.set(colourRules);
    this.#calls += 1;
    void actions
      .run(() => inspector.setSettings({ colourRules }))
      .finally(() => {
        this.#calls -= 1;
        if (this.#calls === 0) this.#told.set(undefined);
      });
  }
}

const models = new WeakMap<AppModel, ColourRulesModel>();

/** One for the page: the pane and the menus of packets change the same rules. */
export function colourRulesOf(app: AppModel): ColourRulesModel {
  const known = models.get(app) ?? new ColourRulesModel(app);
  models.set(app, known);
  return known;
}

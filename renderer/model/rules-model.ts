/** The Rules panel's list and form: what is changed goes to the service when a field is left, and what cannot go stays as typed. */

import { InspectorError } from '../../shared/contract/errors.ts';
import { MOST_RULES, type Rule, type RuleAction, type RuleBook } from '../../shared/contract/rules.ts';
import { RULES_FILE } from '../../shared/contract/rules-file.ts';
import type { AppModel } from './app-model.ts';
import { checkRule, type RuleFaults, type RuleForm, ruleForm } from './rule-form.ts';
import { newRuleId } from './rule-id.ts';
import { RulesFileOpening } from './rules-file-opening.ts';
import { createStore, derive, type Readable } from './store.ts';

/** What the service said of a rule that it refused. */
export interface RefusedRule {
  readonly rule: string;
  readonly error: InspectorError;
}

const NO_FAULTS: RuleFaults = new Set();

export class RulesModel {
  readonly #app: AppModel;
  readonly #selected = createStore<string | undefined>(undefined);
  /** Forms that differ from their rules: while they are typed, and for as long as they are wrong. */
  readonly #drafts = createStore<ReadonlyMap<string, RuleForm>>(new Map());
  readonly #refused = createStore<RefusedRule | undefined>(undefined);
  readonly #typingWanted = createStore(false);
  readonly book: Readable<RuleBook>;
  readonly file: RulesFileOpening<RuleBook>;
  /** Of the selected rule; undefined while none is. */
  readonly form: Readable<RuleForm | undefined>;
  readonly faults: Readable<RuleFaults>;

  constructor(app: AppModel) {
    this.#app = app;
    const { rules } = app.inspector;
    this.book = derive([rules], () => rules.get().book);
    this.file = new RulesFileOpening({
      file: RULES_FILE,
      actions: app.actions,
      current: () => this.book.get(),
      take: (book) => void this.#send(book),
    });
    const selected = derive([this.book, this.#selected], () => this.#rule(this.#selected.get()));
    this.form = derive([selected, this.#drafts], () => {
      const rule = selected.get();
      return rule === undefined ? undefined : (this.#drafts.get().get(rule.id) ?? ruleForm(rule));
    });
    this.faults = derive([this.form], () => {
      const form = this.form.get();
      const checked = form === undefined ? undefined : checkRule(form);
      return checked !== undefined && 'faults' in checked ? checked.faults : NO_FAULTS;
    });
  }

  /** Id of the rule in the form. */
  get selected(): Readable<string | undefined> {
    return this.#selected;
  }
  /** Rules whose forms hold what the service does not know. */
  get drafts(): Readable<ReadonlyMap<string, RuleForm>> {
    return this.#drafts;
  }
  get refused(): Readable<RefusedRule | undefined> {
    return this.#refused;
  }
  /** The form waits to be typed in: its rule was just added, or is to be edited. */
  get typingWanted(): Readable<boolean> {
    return this.#typingWanted;
  }
  get full(): boolean {
    return this.book.get().rules.length >= MOST_RULES;
  }

  select(id: string | undefined): void {
    if (id === this.#selected.get()) return;
    void this.commit();
    this.#selected.set(id);
  }

  /** Puts the keys into the form. */
  edit(): void {
    this.#typingWanted.set(this.form.get() !== undefined);
  }

  /** The field of the filter has the keys. */
  focused(): void {
    this.#typingWanted.set(false);
  }

  /** Nothing is sent before {@link commit}. */
  change(patch: Partial<RuleForm>): void {
    const form = this.form.get();
    if (form === undefined) return;
    this.#drafts.update((drafts) => new Map(drafts).set(form.id, { ...form, ...patch }));
    if (this.#refused.get()?.rule === form.id) this.#refused.set(undefined);
  }

  /** Sends what was changed in the form, unless it is wrong: then it stays as typed. */
  async commit(): Promise<void> {
    const form = this.form.get();
    if (form === undefined || !this.#drafts.get().has(form.id)) return;
    const checked = checkRule(form);
    if ('faults' in checked) return;
    if (await this.#put(this.book.get().rules.map((rule) => (rule.id === form.id ? checked.rule : rule))))
      this.#drop(form);
  }

  /** Takes back what was typed and not sent. */
  revert(): void {
    const form = this.form.get();
    if (form === undefined) return;
    this.#drop(form);
    if (this.#refused.get()?.rule === form.id) this.#refused.set(undefined);
  }

  /** A rule at the end of the list, selected. One without a filter is for every packet and waits, off, until it has been filled in. */
  async add(filter?: string, action: RuleAction = { kind: 'pause' }): Promise<void> {
    if (this.full) return;
    void this.commit();
    const rule: Rule = {
      id: newRuleId(),
      name: '',
      enabled: filter !== undefined,
      filter: filter ?? '',
      every: 1,
      action,
    };
    const added = this.#put([...this.book.get().rules, rule]);
    this.#selected.set(rule.id);
    this.#typingWanted.set(true);
    await added;
  }

  async duplicate(id: string): Promise<void> {
    const at = this.#indexOf(id);
    const rule = this.#rule(id);
    if (rule === undefined || this.full) return;
    const copy = { ...rule, id: newRuleId() };
    const added = this.#put(this.book.get().rules.toSpliced(at + 1, 0, copy));
    this.#selected.set(copy.id);
    await added;
  }

  async remove(id: string): Promise<void> {
    const at = this.#indexOf(id);
    if (at < 0) return;
    const { rules } = this.book.get();
    if (this.#selected.get() === id) this.#selected.set((rules[at + 1] ?? rules[at - 1])?.id);
    this.#drafts.update((drafts) => new Map([...drafts].filter(([key]) => key !== id)));
    await this.#put(rules.toSpliced(at, 1));
  }

  async move(id: string, to: number): Promise<void> {
    const { rules } = this.book.get();
    const at = this.#indexOf(id);
    const rule = rules[at];
    const place = Math.max(0, Math.min(rules.length - 1, to));
    if (rule !== undefined && place !== at) await this.#put(rules.toSpliced(at, 1).toSpliced(place, 0, rule));
  }

  /** Typed changes of the rule's form stay typed. */
  async setEnabled(id: string, enabled: boolean): Promise<void> {
    const draft = this.#drafts.get().get(id);
    if (draft !== undefined) this.#drafts.update((drafts) => new Map(drafts).set(id, { ...draft, enabled }));
    await this.#put(this.book.get().rules.map((rule) => (rule.id === id ? { ...rule, enabled } : rule)));
  }

  async turnAllOff(): Promise<void> {
    await this.#put(this.book.get().rules.map((rule) => (rule.enabled ? { ...rule, enabled: false } : rule)));
  }

  async setKeepAlive(keepAlive: boolean): Promise<void> {
    await this.#send({ ...this.book.get(), keepAlive });
  }

  resetCounts(): void {
    const { actions, inspector } = this.#app;
    void actions.run(() => inspector.call('resetRuleCounts', {}));
  }

  #indexOf(id: string): number {
    return this.book.get().rules.findIndex((rule) => rule.id === id);
  }

  #rule(id: string | undefined): Rule | undefined {
    return this.book.get().rules.find((rule) => rule.id === id);
  }

  /** Forgets a draft, unless it was typed on meanwhile. */
  #drop(sent: RuleForm): void {
    this.#drafts.update((drafts) =>
      drafts.get(sent.id) === sent ? new Map([...drafts].filter(([key]) => key !== sent.id)) : drafts,
    );
  }

  #put(rules: Rule[]): Promise<boolean> {
    return this.#send({ ...this.book.get(), rules });
  }

  /** A rule that the service refuses is told at the rule, everything else in the shell's bar. */
  async #send(book: RuleBook): Promise<boolean> {
    const { inspector, actions } = this.#app;
    try {
      await inspector.setRules(book);
      this.#refused.set(undefined);
      return true;
    } catch (error) {
      const isRule = error instanceof InspectorError && error.code === 'bad-rule';
      if (isRule) this.#refused.set({ rule: ruleOf(error), error });
      else actions.report(error);
      return false;
    }
  }
}

function ruleOf({ data }: InspectorError): string {
  return 'rule' in data && typeof data.rule === 'string' ? data.rule : '';
}

const models = new WeakMap<AppModel, RulesModel>();

/** One for the page: panel, toolbar and palette change the same rules. */
export function rulesModelOf(app: AppModel): RulesModel {
  const known = models.get(app) ?? new RulesModel(app);
  models.set(app, known);
  return known;
}

/** Colours that have names, and the rules that give one to packets of the list. */

import * as v from 'valibot';

/** The page knows how each looks in its themes. */
export const COLOURS = ['red', 'orange', 'yellow', 'green', 'teal', 'blue', 'purple', 'grey'] as const;
export type Colour = (typeof COLOURS)[number];

export const MOST_COLOUR_RULES = 50;

export const ColourRuleSchema = v.object({
  /** Unique among the rules; made by the page. */
  id: v.pipe(v.string(), v.minLength(1), v.maxLength(100)),
  name: v.pipe(v.string(), v.maxLength(200)),
  /** An expression of the filter language; a rule with a blank one colours nothing. */
  filter: v.pipe(v.string(), v.maxLength(20_000)),
  colour: v.picklist(COLOURS),
  enabled: v.boolean(),
});

export const ColourRulesSchema = v.pipe(
  v.array(ColourRuleSchema),
  v.maxLength(MOST_COLOUR_RULES),
  v.check((rules) => new Set(rules.map(({ id }) => id)).size === rules.length, 'two rules with one id'),
);

/** In their order: the first one that is on and finds a packet colours it. */
export type ColourRule = v.InferOutput<typeof ColourRuleSchema>;

/** What of a rule is shown with a packet. */
export interface ColourMark {
  /** Its id. */
  readonly rule: string;
  /** The rule's name, or its filter where it has none. */
  readonly name: string;
  readonly colour: Colour;
}

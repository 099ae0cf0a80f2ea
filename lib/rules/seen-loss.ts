/** A loss as one decision sees it: what many rules ask about it is worked out once. */
import { formatSpan } from '../time/duration.js';
import { isOpen } from '../time/schedule.js';
import { weekdayAndTimeIn } from '../time/week.js';
import { factValues, type FactValues, type LossFacts } from './facts.js';
import { keysOf } from './match.js';
import type { RuleContext } from './rule.js';

/** What a text is about: the loss itself, a schedule, a `minWait`, a fact. */
type Sort = 'own' | 'outside' | 'within' | 'minWait' | 'fact';

export class SeenLoss {
  /** Keys of the loss, see match.ts. */
  readonly keys: readonly string[];
  readonly values: FactValues;
  private readonly open = new Map<string, boolean>();
  private readonly texts = new Map<Sort, Map<string | number, string>>();

  constructor(
    readonly facts: LossFacts,
    private readonly context: RuleContext,
  ) {
    this.keys = keysOf(facts, context.country);
    this.values = factValues(facts, this.keys, context.country);
  }

  /** Was the schedule open at that time? @throws Error when there is no such schedule. */
  isOpen(name: string, at = this.facts.lostAt): boolean {
    const known = at === this.facts.lostAt ? this.open.get(name) : undefined;
    if (known !== undefined) return known;
    const schedule = this.context.schedules.get(name);
    if (schedule === undefined) throw new Error(`there is no schedule "${name}"`);
    const open = isOpen(schedule, at);
    if (at === this.facts.lostAt) this.open.set(name, open);
    return open;
  }

  /** The value of a fact, null when not known; `name` of the fact "variable". */
  valueOf(fact: string, name?: string): unknown {
    if (fact !== 'variable') return this.values[fact];
    const variables = this.facts.variables ?? {};
    return name !== undefined && Object.hasOwn(variables, name) ? variables[name] : null;
  }

  /** "Fri 13:00" */
  get clock(): string {
    return this.text('own', 'clock', () => weekdayAndTimeIn(this.context.timezone, this.facts.lostAt));
  }

  /** "waited 4 s" */
  get wait(): string {
    const { waited } = this.facts;
    return this.text(
      'own',
      'wait',
      () => `waited ${waited === undefined ? 'for an unknown time' : formatSpan(waited * 1_000)}`,
    );
  }

  /** A text that several rules need, made once. */
  text(sort: Sort, key: string | number, make: () => string): string {
    let texts = this.texts.get(sort);
    if (texts === undefined) {
      texts = new Map<string | number, string>();
      this.texts.set(sort, texts);
    }
    let text = texts.get(key);
    if (text === undefined) {
      text = make();
      texts.set(key, text);
    }
    return text;
  }
}

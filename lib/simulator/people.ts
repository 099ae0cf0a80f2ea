/** The people at the telephones: what each of them does when his telephone rings. */

/** What an employee's phone does on one ring. */
export type PhoneReaction =
  | {
      readonly answersAfterMs: number;
      /** counted from his answer; absent: never hangs up first */ readonly hangsUpAfterMs?: number;
      /** asked for a key before the client is dialled (group_confirm_key): presses it so long after his answer; default 1 s */
      readonly acceptsAfterMs?: number | 'never';
      /** asked for a key after the client was not reached: presses it */
      readonly afterwards?: string;
    }
  | { readonly rejectsAfterMs: number }
  /** Rings first; `busy` doesn't. */
  | { readonly busyAfterMs: number }
  | 'rejects'
  | 'busy'
  | 'noAnswer'
  | 'unregistered'
  | 'dead';

/** What a client's phone, or the trunk on the way to it, does on one attempt. */
export type ClientReaction =
  | {
      readonly answersAfterMs: number;
      /** counted from the bridge; absent: the client never hangs up first */ readonly talksMs?: number;
    }
  | { readonly rejectsAfterMs: number }
  /** Rings first; `busy` doesn't. */
  | { readonly busyAfterMs: number }
  | 'rejects'
  | 'busy'
  | 'noAnswer'
  | 'unallocated'
  | 'temporaryFailure'
  | 'gatewayDown'
  | 'invalidGateway';

/** What somebody does time after time: first what was told for the next times, then always the same. */
export class Script<Reaction> {
  private readonly upcoming: Reaction[] = [];

  constructor(private usual: Reaction) {}

  /** The next rings, in this order, before falling back to what is usual. */
  next(...reactions: Reaction[]): this {
    this.upcoming.push(...reactions);
    return this;
  }

  /** From now on (after what `next` was told). */
  always(reaction: Reaction): this {
    this.usual = reaction;
    return this;
  }

  take(): Reaction {
    return this.upcoming.shift() ?? this.usual;
  }

  /** Looks without using it up. */
  peek(): Reaction {
    return this.upcoming[0] ?? this.usual;
  }
}

/** Scripts by extension or by number; whoever wasn't scripted does the usual. */
export class People<Reaction> {
  private readonly scripts = new Map<string, Script<Reaction>>();

  constructor(private readonly usual: Reaction) {}

  who(key: string): Script<Reaction> {
    let script = this.scripts.get(key);
    if (script === undefined) this.scripts.set(key, (script = new Script(this.usual)));
    return script;
  }

  names(): string[] {
    return [...this.scripts.keys()];
  }

  knows(key: string): boolean {
    return this.scripts.has(key);
  }
}

/** What happened, in order, and a way to wait for something to happen. */
export class Journal<T> {
  readonly entries: T[] = [];
  private readonly waiting: { matches: (entry: T) => boolean; resolve: (entry: T) => void }[] = [];

  add(entry: T): void {
    this.entries.push(entry);
    for (const waiter of this.waiting.splice(0)) {
      if (waiter.matches(entry)) waiter.resolve(entry);
      else this.waiting.push(waiter);
    }
  }

  /** The first entry that matches: one that is there already, or one that comes. */
  until(matches: (entry: T) => boolean): Promise<T> {
    const there = this.entries.find(matches);
    if (there !== undefined) return Promise.resolve(there);
    return new Promise((resolve) => this.waiting.push({ matches, resolve }));
  }
}

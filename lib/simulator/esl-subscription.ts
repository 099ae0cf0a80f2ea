import type { SimulatedEvent } from './event.js';

/** Which events one client wants. Every word after CUSTOM is a subclass, whatever it looks like. */
export class Subscription {
  private all = false;
  private readonly names = new Set<string>();
  private readonly subclasses = new Set<string>();

  /** Adds to what is there already, as FreeSWITCH does. */
  add(words: readonly string[]): void {
    let custom = false;
    for (const word of words) {
      if (custom) this.subclasses.add(word);
      else if (word === 'CUSTOM') custom = true;
      else if (word.toUpperCase() === 'ALL') this.all = true;
      else this.names.add(word.toUpperCase());
    }
  }

  remove(words: readonly string[]): void {
    for (const word of words) {
      this.names.delete(word.toUpperCase());
      this.subclasses.delete(word);
    }
  }

  clear(): void {
    this.all = false;
    this.names.clear();
    this.subclasses.clear();
  }

  wants(event: SimulatedEvent): boolean {
    if (this.all) return true;
    return event.name === 'CUSTOM' ? this.subclasses.has(event.subclass) : this.names.has(event.name);
  }
}

/** How many are remembered, so that legs whose hangup was missed cost nothing. */
const most = 10_000;

/**
 * Legs that belong to no client's call (yet): whose they are. An attended transfer joins the client to such a leg, and
 * its late events must not be taken for a new call.
 */
export class PassersBy {
  private readonly legs = new Map<string, string>();

  get size(): number {
    return this.legs.size;
  }

  has(uuid: string): boolean {
    return this.legs.has(uuid);
  }

  /** The user or number of a leg; undefined when it is not known. */
  who(uuid: string): string | undefined {
    const who = this.legs.get(uuid);
    return who === '' ? undefined : who;
  }

  add(uuid: string, who = ''): void {
    this.legs.set(uuid, who);
    if (this.legs.size <= most) return;
    for (const oldest of this.legs.keys()) {
      this.legs.delete(oldest);
      break;
    }
  }

  delete(uuid: string): void {
    this.legs.delete(uuid);
  }
}

/**
 * Names of CDR files that need not be looked at again, a few bytes each: a folder from which nothing is ever deleted
 * may hold a million. A name stands there as the first 48 bits of its UUID; that two among a million share them
 * happens once in 500 of such folders, and then one CDR is not looked at twice.
 */
export class NamesRead {
  private slots = new Float64Array(1_024);
  private readonly odd = new Set<string>();
  private filled = 0;

  get size(): number {
    return this.filled + this.odd.size;
  }

  has(name: string): boolean {
    const key = keyOf(name);
    return key === undefined ? this.odd.has(name) : this.slots[this.slotOf(key)] === key;
  }

  add(name: string): void {
    const key = keyOf(name);
    if (key === undefined) return void this.odd.add(name);
    const slot = this.slotOf(key);
    if (this.slots[slot] === key) return;
    this.slots[slot] = key;
    this.filled += 1;
    if (this.filled * 2 > this.slots.length) this.grow();
  }

  private slotOf(key: number): number {
    const mask = this.slots.length - 1;
    let slot = (key % 2_147_483_647) & mask;
    while (this.slots[slot] !== 0 && this.slots[slot] !== key) slot = (slot + 1) & mask;
    return slot;
  }

  private grow(): void {
    const former = this.slots;
    this.slots = new Float64Array(former.length * 2);
    for (const key of former) if (key !== 0) this.slots[this.slotOf(key)] = key;
  }
}

/** 48 bits of the UUID in a file's name; undefined when there is none. */
function keyOf(name: string): number | undefined {
  const [, high, low] = /^(?:[ab]_)?([0-9a-f]{8})-([0-9a-f]{4})-/.exec(name) ?? [];
  const key = high === undefined ? 0 : Number.parseInt(`${high}${low ?? ''}`, 16);
  return key === 0 ? undefined : key;
}

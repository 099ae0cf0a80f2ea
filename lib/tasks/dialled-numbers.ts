import type { ClientCall } from '../calls/call.js';
import { comparable } from '../rules/facts.js';
import type { JournalStore } from './journal-store.js';

/** So many of the latest calls tell what clients dial. */
const latest = 1_000;

/** More than an office has numbers: whoever dials at random fills no memory. */
const rememberedAtMost = 1_000;

/**
 * The office's own numbers, as clients were seen to dial them lately. A caller who pretends to call from one of them is
 * not called back: the call would come in again.
 */
export class DialledNumbers {
  private known: Set<string> | undefined;

  constructor(
    private readonly journal: Pick<JournalStore, 'calls'>,
    private readonly country: string | undefined,
  ) {}

  /** @throws StorageProblem the first time, when the journal can't be read */
  has(e164: string): boolean {
    return this.all().has(e164);
  }

  /** For the policy: what says that the number is one of the office. */
  readonly source = (e164: string): string | undefined => (this.has(e164) ? 'clients dial it' : undefined);

  /** A client's call has ended. */
  saw(call: ClientCall): void {
    const number = ownNumber(call, this.country);
    const all = this.all();
    if (number !== undefined && all.size < rememberedAtMost) all.add(number);
  }

  private all(): Set<string> {
    return (this.known ??= new Set(
      this.journal.calls({ limit: latest }).flatMap(({ call }) => ownNumber(call, this.country) ?? []),
    ));
  }
}

/**
 * The number that he dialled, when it led to somebody or something of ours. Not every number that is dialled is: an
 * employee's own call to a client looks alike where his caller ID is an outside number, and a stranger can dial anything.
 */
function ownNumber({ dialled, place, extension, tried }: ClientCall, country: string | undefined): string | undefined {
  const number = comparable(dialled, country);
  if (number?.startsWith('+') !== true) return undefined;
  const led = place !== undefined && place !== 'dialplan' && place !== 'extension';
  const rung = [...(extension === undefined ? [] : [extension]), ...(tried ?? []).map(([name]) => name)];
  return led || rung.some((name) => comparable(name, country) !== number) ? number : undefined;
}

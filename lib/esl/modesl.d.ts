/** The part of modesl 1.2.1 that wire.ts uses; the package brings no types. Names with an underscore are private there. */
declare module 'modesl' {
  import type { Buffer } from 'node:buffer';

  /** What modesl keeps of a header of an event. */
  export interface NamedValue {
    name: string;
    value: unknown;
  }

  interface Event {
    type: string;
    subclass: string | null;
    body: string;
    getHeader(name: string): unknown;
    getBody(): string;
    _findHeader(name: string): NamedValue | null;
  }

  interface Parser {
    _onData(data: Buffer): void;
    _parseHeaderText(text: string): Record<string, string | number>;
    _parseEvent(headers: Record<string, string | number>, body?: string): void;
  }

  const modesl: {
    Event: new () => Event;
    /** Of the socket only `on('data' | 'end')` is used. */
    Parser: new (socket: { on(event: string, listener: (data: Buffer) => void): unknown }) => Parser;
  };
  export default modesl;
}

import type { Office } from './office.js';

/** Options of every command that works on tasks. */
export interface Shared {
  config?: string;
  json?: boolean;
}

/** Where a subcommand works, when its options are known. */
export type OfficeOf = (options: Shared) => Office;

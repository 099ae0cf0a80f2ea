import { StorageProblem } from '../../lib/store/problem.js';

/** The StorageProblem that `work` throws. */
export function problemOf(work: () => unknown): StorageProblem {
  try {
    work();
  } catch (error) {
    if (error instanceof StorageProblem) return error;
    throw error;
  }
  throw new Error('no problem');
}

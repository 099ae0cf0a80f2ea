import type { Outcome } from '../tasks/outcome.js';

/** Clients in a row whose legs failed for a moment before the gateway itself is suspected. */
const suspicious = 3;

/** Whether the gateway seems to work, judged by the attempts that went over it. */
export interface GatewayHealth {
  /** Different clients in a row whose legs failed with a temporary cause. */
  failed: readonly string[];
}

export const healthy: GatewayHealth = { failed: [] };

/** Outcomes that say nothing about the gateway: it was not used, or nobody knows. */
const silent = new Set<Outcome>([
  'employee-busy', 'employee-no-answer', 'employee-rejected', 'employee-unregistered', 'not-dialled', 'unknown', 'cancelled', 'client-unreachable',
]); // prettier-ignore

export function afterAttempt(health: GatewayHealth, client: string, outcome: Outcome): GatewayHealth {
  if (silent.has(outcome)) return health;
  if (outcome !== 'gateway-failed') return healthy;
  return health.failed.includes(client) ? health : { failed: [...health.failed, client] };
}

/** Paused: one attempt at a time, the probe, until a client's leg gets through again. */
export function isPaused(health: GatewayHealth): boolean {
  return health.failed.length >= suspicious;
}

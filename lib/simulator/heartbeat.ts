import type { Core } from './core.js';
import type { Headers } from './event.js';

/** What HEARTBEAT says every 20 s. */
export const heartbeatHeaders = (core: Core): Headers => ({
  'Event-Info': 'System Ready',
  'FreeSWITCH-Version': '1.11.3-simulated',
  'Uptime-msec': String(core.now() - core.startedAt),
  'Session-Count': String(core.legs.size),
  'Max-Sessions': '5000',
  'Session-Per-Sec': '1000',
  'Session-Since-Startup': String(core.sessionsSinceStartup),
  'Idle-CPU': '98.000000',
});

/** What each fact of facts.ts is, with its unit: for the editor. */
export const factMeanings: Readonly<Record<string, string>> = {
  place: 'where the client was: queue, extension, group, ivr, transfer, voicemail or dialplan',
  queue: 'the name of the queue',
  extension: 'the one phone that was rung',
  group: 'the name of the group whose phones ring together',
  menu: 'the name of the IVR menu',
  dialled: 'the number that the client had dialled',
  number: "the client's number",
  name: "the client's name, as his telephone company sent it",
  waited: 'how long he waited in that place: a duration such as "30s", or seconds',
  lostAt: 'when the call was lost; only for "during" and "outside" with a schedule',
  endedBy:
    'how the waiting ended: client, timeout, no-agents, key, busy, rejected, unregistered, failed, no-route, killed or shutdown',
  requested: 'true when he pressed the key that asks for a callback',
  anonymous: 'true when he withheld his number: he cannot be called back then',
  messageLeft: 'true when he left a message in the voicemail',
  timesLostToday: 'how often he was lost today, this time included',
  timesLostThisWeek: 'how often he was lost since Monday, this time included',
  lastReached: 'how long before the loss an employee last talked with him: a duration such as "24h", or seconds',
  openTask: 'true when he is to be called back already',
  triedCount: 'how many employees were rung',
  variable: 'a channel variable of calls.variables, with "params": {"name": the variable}',
};

import type { CallCenter } from './call-center.js';
import type { Core } from './core.js';
import type { Headers } from './event.js';

const columns = {
  queues:
    'name|strategy|moh_sound|time_base_score|tier_rules_apply|tier_rule_wait_second|tier_rule_wait_multiply_level|tier_rule_no_agent_no_wait|discard_abandoned_after|abandoned_resume_allowed|max_wait_time|max_wait_time_with_no_agent|max_wait_time_with_no_agent_time_reached|record_template|calls_answered|calls_abandoned|ring_progressively_delay|skip_agents_with_external_calls|agent_no_answer_status',
  agents:
    'name|instance_id|uuid|type|contact|status|state|max_no_answer|wrap_up_time|reject_delay_time|busy_delay_time|no_answer_delay_time|last_bridge_start|last_bridge_end|last_offered_call|last_status_change|no_answer_count|calls_answered|talk_time|ready_time|external_calls_count',
  tiers: 'queue|agent|state|level|position',
  members:
    'queue|instance_id|uuid|session_uuid|cid_number|cid_name|system_epoch|joined_epoch|rejoined_epoch|bridge_epoch|abandoned_epoch|base_score|skill_score|serving_agent|serving_system|state|score',
};

/** `|` isn't escaped, as in the original. */
const table = (header: string, rows: readonly Headers[]): string => {
  const names = header.split('|');
  return [header, ...rows.map((row) => names.map((name) => row[name] ?? '').join('|')), '+OK\n'].join('\n');
};

/** `callcenter_config …`: the lists of mod_callcenter, and an agent's status. */
export class CallCenterConfig {
  constructor(
    private readonly core: Core,
    private readonly center: CallCenter,
  ) {}

  run(argument: string): string {
    const words = argument.split(/\s+/);
    if (words[0] === 'agent' && words[1] === 'set' && words[2] === 'status')
      return this.setStatus(words[3] ?? '', words.slice(4).join(' ').replaceAll("'", ''));
    if (words[0] === 'agent' && words[1] === 'get' && words[2] === 'status')
      return this.agent(words[3] ?? '')?.status ?? '-ERR Invalid Agent!\n';
    const found = this.rows(words.slice(0, 3).join(' '), words[3] ?? '');
    return found === undefined ? '-ERR Invalid!\n' : table(found.header, found.rows);
  }

  /** `json {"command":"callcenter_config","data":{"arguments":"queue list members","queue_name":"…"}}` */
  json(text: string): string | undefined {
    let request: { command?: unknown; data?: { arguments?: unknown; queue_name?: unknown } };
    try {
      request = JSON.parse(text) as typeof request;
    } catch {
      return JSON.stringify({ status: 'error', message: 'Invalid request' });
    }
    if (request.command !== 'callcenter_config') return undefined;
    const { arguments: words, queue_name: queue } = request.data ?? {};
    const found = typeof words === 'string' ? this.rows(words, typeof queue === 'string' ? queue : '') : undefined;
    if (found === undefined) return JSON.stringify({ ...request, status: 'error', message: 'Invalid arguments' });
    return JSON.stringify({ ...request, status: 'success', response: found.rows });
  }

  /** Sets a status as `agent set status` does; the queue looks for work for him. */
  setStatus(name: string, status: string): string {
    const agent = this.agent(name);
    if (agent === undefined || !(status === 'Available' || status === 'Logged Out' || status === 'On Break'))
      return '-ERR Invalid Agent!\n';
    agent.status = status;
    agent.lastStatusChange = this.core.now();
    this.core.fireQueue({ 'CC-Agent': name, 'CC-Action': 'agent-status-change', 'CC-Agent-Status': status });
    this.center.lookForAgents();
    return '+OK\n';
  }

  private rows(command: string, queue: string): { header: string; rows: Headers[] } | undefined {
    const now = this.core.now();
    if (command === 'queue list members')
      return (
        this.center.queue(queue) && {
          header: columns.members,
          rows: this.center.membersOf(queue).map((member) => member.row(now)),
        }
      );
    if (command === 'agent list')
      return { header: columns.agents, rows: this.center.agents.map((agent) => agent.row()) };
    if (command === 'queue list') return { header: columns.queues, rows: this.queueRows() };
    if (command === 'tier list') return { header: columns.tiers, rows: this.tierRows() };
    return undefined;
  }

  private agent(name: string): CallCenter['agents'][number] | undefined {
    return this.center.agents.find((agent) => agent.name === name);
  }

  private queueRows(): Headers[] {
    return this.center.queues.map((queue) => ({
      name: queue.name,
      strategy: 'longest-idle-agent',
      moh_sound: 'tone_stream://%(400,1600,440);loops=-1',
      time_base_score: 'system',
      tier_rules_apply: 'false',
      tier_rule_wait_second: '0',
      tier_rule_wait_multiply_level: 'false',
      tier_rule_no_agent_no_wait: 'true',
      discard_abandoned_after: '60',
      abandoned_resume_allowed: 'false',
      max_wait_time: String((queue.maxWaitMs ?? 0) / 1000),
      max_wait_time_with_no_agent: String((queue.noAgentTimeoutMs ?? 0) / 1000),
      max_wait_time_with_no_agent_time_reached: '5',
      calls_answered: '0',
      calls_abandoned: '0',
      ring_progressively_delay: '0',
      skip_agents_with_external_calls: 'true',
      agent_no_answer_status: 'On Break',
    }));
  }

  private tierRows(): Headers[] {
    return this.center.queues.flatMap((queue) =>
      this.center.agents
        .filter((agent) => agent.serves(queue.name))
        .map((agent) => ({
          queue: queue.name,
          agent: agent.name,
          state: agent.state === 'Receiving' ? 'Offering' : 'Ready',
          level: '1',
          position: String(agent.position + 1),
        })),
    );
  }
}

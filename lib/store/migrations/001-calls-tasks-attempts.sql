-- Times are ms since 1970 UTC. The words are those of the glossary in lib/tasks/task.ts.

CREATE TABLE calls (
  id INTEGER PRIMARY KEY,
  uuid TEXT NOT NULL UNIQUE,          -- caller's leg
  outcome TEXT NOT NULL CHECK (outcome IN ('lost', 'answered', 'requested')),
  client TEXT,                        -- E.164, when it can be called back
  ended_at INTEGER NOT NULL,
  action TEXT NOT NULL CHECK (action IN ('callback', 'ignore', 'none')),
  rule TEXT,
  call TEXT NOT NULL,                 -- JSON, lib/calls/call.ts
  decision TEXT NOT NULL,             -- JSON, lib/tasks/store.ts
  task INTEGER REFERENCES tasks (id)
) STRICT;

CREATE INDEX calls_of_client ON calls (client, ended_at) WHERE client IS NOT NULL;

CREATE TABLE tasks (
  id INTEGER PRIMARY KEY,
  client TEXT NOT NULL,
  name TEXT,
  rule TEXT NOT NULL,
  rule_order INTEGER NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('waiting', 'calling', 'reached', 'gave-up', 'expired', 'cancelled')),
  reason TEXT,
  requested INTEGER NOT NULL,
  call TEXT NOT NULL,                 -- caller's leg of the latest loss
  lost_at INTEGER NOT NULL,
  waited INTEGER NOT NULL,            -- seconds
  dialled TEXT,
  queue TEXT,
  attempts_used INTEGER NOT NULL,
  snoozes INTEGER NOT NULL,
  unreachable INTEGER NOT NULL,
  due_at INTEGER NOT NULL,
  expires_at INTEGER,
  created_at INTEGER NOT NULL,
  closed_at INTEGER,
  CHECK ((state IN ('waiting', 'calling')) = (reason IS NULL))
) STRICT;

-- One open task per client.
CREATE UNIQUE INDEX open_task_of_client ON tasks (client) WHERE state IN ('waiting', 'calling');
CREATE INDEX due_tasks ON tasks (due_at) WHERE state = 'waiting';
CREATE INDEX expiring_tasks ON tasks (expires_at) WHERE state = 'waiting';
CREATE INDEX tasks_by_age ON tasks (created_at);

CREATE TABLE attempts (
  id INTEGER PRIMARY KEY,
  task INTEGER NOT NULL REFERENCES tasks (id),
  number INTEGER NOT NULL,
  started_at INTEGER NOT NULL,
  employee_leg TEXT NOT NULL UNIQUE,
  client_leg TEXT NOT NULL UNIQUE,
  job TEXT NOT NULL UNIQUE,
  core_uuid TEXT NOT NULL,
  target TEXT NOT NULL,
  ended_at INTEGER,
  outcome TEXT,
  cause TEXT,
  employee TEXT,
  talk_ms INTEGER,
  CHECK ((ended_at IS NULL) = (outcome IS NULL))
) STRICT;

CREATE INDEX attempts_of_task ON attempts (task);
-- At most one attempt of a task goes on.
CREATE UNIQUE INDEX open_attempt_of_task ON attempts (task) WHERE ended_at IS NULL;

CREATE TABLE facts (
  key TEXT PRIMARY KEY,
  value TEXT NOT NULL
) STRICT;

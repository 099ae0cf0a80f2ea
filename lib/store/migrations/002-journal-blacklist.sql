-- The journal of calls, the clients whom nobody has talked to, the blacklist.

-- Who called: E.164 where the number can be normalised, else as it was received; NULL when it was withheld.
-- `client` of the first schema is only set when the number may be called back.
ALTER TABLE calls ADD COLUMN caller TEXT GENERATED ALWAYS AS (
  coalesce(client, json_extract(call, '$.e164'),
           CASE WHEN json_extract(call, '$.anonymous') THEN NULL ELSE nullif(json_extract(call, '$.number'), '') END)
) VIRTUAL;

-- Where the client was at the end: the kind of place, and with its name as rules write it (queue:sales@default).
ALTER TABLE calls ADD COLUMN place TEXT GENERATED ALWAYS AS (json_extract(call, '$.place')) VIRTUAL;
ALTER TABLE calls ADD COLUMN located TEXT GENERATED ALWAYS AS (
  json_extract(call, '$.place') || ':' || CASE json_extract(call, '$.place')
    WHEN 'queue' THEN json_extract(call, '$.queue')
    WHEN 'extension' THEN json_extract(call, '$.extension')
    WHEN 'group' THEN json_extract(call, '$.group')
    WHEN 'ivr' THEN json_extract(call, '$.menu')
  END
) VIRTUAL;

CREATE INDEX calls_by_time ON calls (ended_at);
CREATE INDEX calls_by_outcome ON calls (outcome, ended_at);
-- With the outcome, so that calls of another one are passed over without being read.
CREATE INDEX calls_of_caller ON calls (caller, ended_at, outcome) WHERE caller IS NOT NULL;
CREATE INDEX calls_by_place ON calls (place, ended_at, outcome);
CREATE INDEX calls_by_located ON calls (located, ended_at, outcome);
CREATE INDEX calls_of_task ON calls (task);

-- Each client's latest loss that counts (not a blacklisted one) and latest conversation with an employee; 0: none.
CREATE TABLE clients (
  client TEXT PRIMARY KEY,            -- as calls.caller
  lost_at INTEGER NOT NULL DEFAULT 0,
  talked_at INTEGER NOT NULL DEFAULT 0
) STRICT, WITHOUT ROWID;

CREATE INDEX unanswered_clients ON clients (lost_at) WHERE lost_at > talked_at;
CREATE INDEX clients_by_age ON clients (max(lost_at, talked_at));

INSERT INTO clients (client, lost_at, talked_at)
SELECT caller,
       max(CASE WHEN outcome = 'answered' THEN 0 ELSE ended_at END),
       max(CASE WHEN outcome = 'answered' THEN ended_at ELSE 0 END)
FROM calls WHERE caller IS NOT NULL GROUP BY caller;

UPDATE clients SET talked_at = max(talked_at, reached.at)
FROM (
  SELECT client, max(CASE WHEN reason = 'reached by callback' THEN closed_at ELSE lost_at END) AS at
  FROM tasks WHERE state = 'reached' GROUP BY client
) AS reached
WHERE reached.client = clients.client;

-- Lists of tasks stay fast over a long history.
CREATE INDEX open_tasks ON tasks (id) WHERE state IN ('waiting', 'calling');
CREATE INDEX closed_tasks ON tasks (closed_at) WHERE closed_at IS NOT NULL;
CREATE INDEX closed_tasks_by_state ON tasks (state, closed_at) WHERE closed_at IS NOT NULL;
CREATE INDEX tasks_of_client ON tasks (client);

-- Callers whose losses make no tasks.
CREATE TABLE blacklist (
  pattern TEXT PRIMARY KEY,           -- E.164, or a pattern with *
  wild INTEGER NOT NULL,              -- 1: the pattern has a *
  reason TEXT,
  added_at INTEGER NOT NULL,
  expires_at INTEGER                  -- NULL: never
) STRICT, WITHOUT ROWID;

CREATE INDEX blacklist_patterns ON blacklist (pattern) WHERE wild = 1;

-- Legs of calls that were forgotten: their CDRs must not bring them back. Nothing else is known of them.
CREATE TABLE forgotten (
  uuid TEXT PRIMARY KEY,
  at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX forgotten_by_age ON forgotten (at);

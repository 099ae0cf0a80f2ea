-- What a due task waits for, in words; and whether an admin made it.
ALTER TABLE tasks ADD COLUMN waits_for TEXT;
ALTER TABLE tasks ADD COLUMN by_hand INTEGER;
-- JSON: every phone that the attempt rings, with the UUID of its leg.
ALTER TABLE attempts ADD COLUMN phones TEXT;
-- When the client was dialled, or may have been at the latest: limits count these. NULL: it goes on, or he surely was not.
ALTER TABLE attempts ADD COLUMN dialled_at INTEGER;
UPDATE attempts SET dialled_at = ended_at
WHERE outcome IN ('reached', 'too-short', 'client-busy', 'client-no-answer', 'client-rejected', 'client-unreachable',
                  'client-invalid', 'employee-left', 'unknown', 'gateway-failed', 'cancelled');
CREATE INDEX dialled_attempts ON attempts (dialled_at) WHERE dialled_at IS NOT NULL;

-- From when a task's first interval and its expiry count: the latest loss (NULL: as lost_at), or an admin's retry.
ALTER TABLE tasks ADD COLUMN counts_from INTEGER;
-- When a rule last took a loss.
CREATE INDEX calls_of_rule ON calls (rule, ended_at) WHERE rule IS NOT NULL;

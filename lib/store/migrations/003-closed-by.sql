-- UUID of the client's leg in the call that closed a task: his own call, or an employee's call to him.
ALTER TABLE tasks ADD COLUMN closed_by TEXT;

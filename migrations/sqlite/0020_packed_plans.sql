-- A large plan is stored compressed: then `record` is empty and `packed` has its JSON as gzip. Plans are removed by number and
-- age, and with their stack, unless an open command confirmed them.
ALTER TABLE plan ADD COLUMN packed BLOB;

CREATE INDEX plan_of_stack ON plan (stack_id, created_at);

DELETE FROM plan
WHERE EXISTS (SELECT 1 FROM stack WHERE stack.stack_id = plan.stack_id AND stack.deleted_at IS NOT NULL)
  AND NOT EXISTS (
      SELECT 1 FROM command
      WHERE status NOT IN ('DONE', 'CANCELLED') AND instr(command.payload, plan.plan_id) > 0
  );

// Context variables: copies, run(), tokens, tasks.
import { createTask, run, type Coroutine } from 'tsyncio';
import { ContextVar, copyContext } from 'tsyncio/contextvars';
import { print } from './python.js';

const variable = new ContextVar('var', { default: 'default' });
const token = variable.set('spam');
const ctx = copyContext();

function main(): void {
  print(variable.get(), ctx.get(variable));
  variable.set('ham');
  print(variable.get(), ctx.get(variable));
}

ctx.run(main);
print(ctx.get(variable), variable.get());
variable.reset(token);
print(variable.get());
{
  using _inside = variable.set('inside');
  print(variable.get());
}
print(variable.get());

function* child(): Coroutine<string> {
  const before = variable.get();
  variable.set('child');
  return before;
}

function* tasks(): Coroutine<void> {
  variable.set('parent');
  const task = createTask(child());
  variable.set('changed after creation');
  print(yield* task, '/', variable.get());
  print(yield* createTask(child(), { context: ctx }), '/', ctx.get(variable));
}

await run(tasks());

import * as vscode from 'vscode';
import type { ActivityEntry } from '../model/contract.ts';
import { isTreeNode } from '../views/node.ts';
import type { Command, CommandContext } from './command.ts';

/** The entry of a row, or of an id; as it is now, not as it was when the row was made. */
function entryOf(context: CommandContext, args: readonly unknown[]): ActivityEntry | undefined {
  const [first] = args;
  const id =
    typeof first === 'number'
      ? first
      : isTreeNode(first) && (first.kind === 'activity' || first.kind === 'message')
        ? first.entry?.id
        : undefined;
  return context.operations.entries.find((entry) => entry.id === id);
}

async function showActivityError(context: CommandContext, args: readonly unknown[]): Promise<void> {
  const entry = entryOf(context, args);
  if (entry === undefined) return;
  const most = 15;
  const lines = entry.failures
    .slice(0, most)
    .map(({ what, message }) => (message.includes(what) ? message : `${what}: ${message}`));
  const rest =
    entry.failures.length > most ? [`… and ${entry.failures.length - most} more; the log has them all.`] : [];
  const detail = [...(lines.length === 0 ? [entry.summary ?? ''] : lines), ...rest].join('\n');
  const answer = await vscode.window.showErrorMessage(entry.title, { modal: true, detail }, 'Retry', 'Show Log');
  if (answer === 'Retry') context.operations.retry(entry.id);
  if (answer === 'Show Log') context.log.show();
}

export const activityCommands: readonly Command[] = [
  {
    id: 'dataTracks.cancelActivity',
    handler: (context, args) => {
      const entry = entryOf(context, args);
      if (entry !== undefined) context.operations.cancel(entry.id);
    },
  },
  {
    id: 'dataTracks.retryActivity',
    handler: (context, args) => {
      const entry = entryOf(context, args);
      if (entry !== undefined) context.operations.retry(entry.id);
    },
  },
  { id: 'dataTracks.clearActivity', handler: (context) => context.operations.clearFinished() },
  { id: 'dataTracks.showActivityError', handler: showActivityError },
];

import * as vscode from 'vscode';
import { isCancelled } from '../../base/errors.ts';
import { errorText } from '../model/outcomes.ts';
import { activityCommands } from './activity.ts';
import type { Command, CommandContext } from './command.ts';
import { compareCommands } from './compare.ts';
import { dataCommands } from './data.ts';
import { manageCommands } from './manage.ts';
import { navigateCommands } from './navigate.ts';
import { remoteCommands } from './remotes.ts';
import { versionCommands } from './versions.ts';

const commands: readonly Command[] = [
  ...activityCommands,
  ...compareCommands,
  ...dataCommands,
  ...manageCommands,
  ...navigateCommands,
  ...remoteCommands,
  ...versionCommands,
];

export function registerCommands(context: CommandContext): vscode.Disposable {
  return vscode.Disposable.from(
    ...commands.map(({ id, handler }) =>
      vscode.commands.registerCommand(id, async (...args: unknown[]) => {
        try {
          await handler(context, args);
        } catch (error) {
          if (!isCancelled(error)) void tell(context, id, error);
        }
      }),
    ),
  );
}

/** For what goes wrong before an operation begins. */
async function tell(context: CommandContext, id: string, error: unknown): Promise<void> {
  context.log.error(`${id} failed.`, error);
  const show = 'Show Log';
  if ((await vscode.window.showErrorMessage(errorText(error), show)) === show) context.log.show();
}

import * as vscode from 'vscode';
import type { Operations, WorkspaceModel } from '../model/contract.ts';
import { escapeMarkdown } from './markdown.ts';
import { addSummaries, emptySummary, summarise, summaryText, summaryWords } from './summary.ts';

const setting = 'statusBar.enabled';

/** The state of all the window's data, and one click to bring it in step with the remote. */
export function registerStatusBar(
  _context: vscode.ExtensionContext,
  model: WorkspaceModel,
  operations: Operations,
): vscode.Disposable {
  const entry = vscode.window.createStatusBarItem('dataTracks.status', vscode.StatusBarAlignment.Left, 40);
  entry.name = 'Data Tracks';
  const update = (): void => show(entry, model, operations);
  update();
  return vscode.Disposable.from(
    entry,
    model.onDidChange(update),
    model.onDidChangeRepositories(update),
    operations.onDidChange(update),
    vscode.workspace.onDidGrantWorkspaceTrust(update),
    vscode.workspace.onDidChangeConfiguration((event) => {
      if (event.affectsConfiguration(`dataTracks.${setting}`)) update();
    }),
  );
}

function show(entry: vscode.StatusBarItem, model: WorkspaceModel, operations: Operations): void {
  const enabled = vscode.workspace.getConfiguration('dataTracks').get<boolean>(setting, true);
  if (!enabled || model.repositories.length === 0) {
    entry.hide();
    return;
  }
  const snapshots = model.repositories.flatMap(({ snapshot }) => snapshot ?? []);
  const total = snapshots.map(summarise).reduce(addSummaries, emptySummary);
  const running = operations.entries.find(({ state }) => state === 'running');
  const failed = model.repositories.some(({ error }) => error !== undefined);
  const known = snapshots.length > 0;
  const icon = running !== undefined || (!known && !failed) ? 'sync~spin' : failed ? 'warning' : 'database';
  const text = known ? summaryText(total) : failed ? 'Data could not be read' : 'Data…';
  entry.text = `$(${icon}) ${text}`;
  entry.command = vscode.workspace.isTrusted ? 'dataTracks.sync' : 'dataTracks.datasets.focus';
  entry.tooltip = tooltip(model, running?.title);
  entry.backgroundColor =
    failed || total.faults > 0 ? new vscode.ThemeColor('statusBarItem.warningBackground') : undefined;
  entry.accessibilityInformation = { label: known ? `Data: ${summaryWords(total).join(', ')}` : text };
  entry.show();
}

function tooltip(model: WorkspaceModel, running: string | undefined): vscode.MarkdownString {
  const several = model.repositories.length > 1;
  const blocks = model.repositories.map(({ label, snapshot, error }) => {
    const lines = snapshot === undefined ? [] : [...summaryWords(summarise(snapshot))];
    if (error !== undefined) lines.push(error.message);
    if (lines.length === 0) lines.push('Being read');
    const head = snapshot?.status.head;
    const title = several || head === undefined ? label : `${label}, ${head}`;
    return `**${escapeMarkdown(title)}**\n\n${lines.map((line) => `- ${escapeMarkdown(line)}`).join('\n')}`;
  });
  if (running !== undefined) blocks.push(`Running: ${escapeMarkdown(running)}`);
  blocks.push(
    vscode.workspace.isTrusted
      ? 'Click to pull what is not here and push what is not on the remote.'
      : 'Restricted mode: click to show the datasets.',
  );
  return new vscode.MarkdownString(blocks.join('\n\n'));
}

import * as vscode from 'vscode';
import type { PointerFault } from '../../core/system.ts';
import type { RepositoryModel, WorkspaceModel } from '../model/contract.ts';
import { faultText } from './fault-labels.ts';

/** A Problems entry for every pointer that cannot be read or stands in conflict. */
export function reportFaults(model: WorkspaceModel): vscode.Disposable {
  const problems = vscode.languages.createDiagnosticCollection('dataTracks');
  let print = '';
  const update = (): void => {
    const found = model.repositories.flatMap((repository) =>
      faultsOf(repository).map((fault) => [repository, fault] as const),
    );
    const next = JSON.stringify(found.map(([repository, fault]) => [repository.root.toString(), fault]));
    if (next === print) return;
    print = next;
    const byFile = new Map<string, vscode.Diagnostic[]>();
    for (const [repository, fault] of found) {
      const key = repository.uri(fault.pointer).toString();
      byFile.set(key, [...(byFile.get(key) ?? []), diagnostic(fault)]);
    }
    problems.clear();
    for (const [uri, diagnostics] of byFile) problems.set(vscode.Uri.parse(uri, true), diagnostics);
  };
  update();
  return vscode.Disposable.from(problems, model.onDidChange(update), model.onDidChangeRepositories(update));
}

/** Each once: the list and the status both tell of them. */
function faultsOf({ snapshot }: RepositoryModel): readonly PointerFault[] {
  if (snapshot === undefined) return [];
  const seen = new Map<string, PointerFault>();
  for (const fault of [...snapshot.list.faults, ...snapshot.status.faults]) {
    const key = `${fault.pointer}\0${fault.line ?? ''}\0${fault.message}`;
    if (!seen.has(key)) seen.set(key, fault);
  }
  return [...seen.values()];
}

function diagnostic(fault: PointerFault): vscode.Diagnostic {
  const line = Math.max(0, (fault.line ?? 1) - 1);
  const range = new vscode.Range(line, 0, line, Number.MAX_SAFE_INTEGER);
  const result = new vscode.Diagnostic(range, faultText(fault), vscode.DiagnosticSeverity.Error);
  result.source = 'Data Tracks';
  return result;
}

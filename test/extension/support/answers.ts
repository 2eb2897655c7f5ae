import * as vscode from 'vscode';

export interface Question {
  readonly kind: 'information' | 'warning' | 'error' | 'pick' | 'input' | 'open';
  readonly text: string;
  readonly modal: boolean;
  /** The buttons of a message, the labels of a list. */
  readonly choices: readonly string[];
}

interface Row {
  readonly label: string;
}

/** What is answered; `undefined`, and what is not given, is Escape. */
export interface Answers {
  /** The button that is pressed. */
  readonly message?: (question: Question) => string | undefined;
  /** The row that is taken: by its label, or the first one with this text in it. `all` ticks every one. */
  readonly pick?: (question: Question) => string | 'all' | undefined;
  readonly input?: (value: string) => string | undefined;
  readonly open?: readonly vscode.Uri[];
}

/** Answers the extension's questions while `work` runs, instead of the user; gives the questions. */
export async function answering(answers: Answers, work: () => unknown): Promise<readonly Question[]> {
  const asked: Question[] = [];
  const { window } = vscode;
  const names = [
    'showInformationMessage',
    'showWarningMessage',
    'showErrorMessage',
    'showQuickPick',
    'showInputBox',
    'showOpenDialog',
  ] as const;
  const real = Object.fromEntries(names.map((name) => [name, window[name]]));
  const message =
    (kind: Question['kind']) =>
    async (text: string, ...rest: readonly unknown[]): Promise<unknown> => {
      const options = rest.find((one): one is vscode.MessageOptions => isPlain(one) && !('title' in one));
      const buttons = rest.filter((one) => typeof one === 'string');
      const question = {
        kind,
        text: options?.detail === undefined ? text : `${text}\n${options.detail}`,
        modal: options?.modal === true,
        choices: buttons,
      };
      asked.push(question);
      return answers.message?.(question);
    };
  Object.assign(window, {
    showInformationMessage: message('information'),
    showWarningMessage: message('warning'),
    showErrorMessage: message('error'),
    showQuickPick: async (given: readonly Row[] | Thenable<readonly Row[]>, options: vscode.QuickPickOptions = {}) => {
      const rows = await given;
      const text = options.placeHolder ?? options.title ?? '';
      const question = { kind: 'pick', text, modal: false, choices: rows.map((row) => row.label) } as const;
      asked.push(question);
      const answer = answers.pick?.(question);
      if (answer === undefined) return undefined;
      if (options.canPickMany === true)
        return answer === 'all' ? rows : rows.filter((row) => row.label.includes(answer));
      return rows.find((row) => row.label === answer) ?? rows.find((row) => row.label.includes(answer));
    },
    showInputBox: async (options: vscode.InputBoxOptions = {}) => {
      asked.push({ kind: 'input', text: options.prompt ?? options.title ?? '', modal: false, choices: [] });
      const answer = answers.input?.(options.value ?? '');
      if (answer === undefined) return undefined;
      const fault = await options.validateInput?.(answer);
      if (fault) throw new Error(`The input box does not take "${answer}": ${JSON.stringify(fault)}`);
      return answer;
    },
    showOpenDialog: async () => {
      asked.push({ kind: 'open', text: '', modal: true, choices: [] });
      return answers.open;
    },
  });
  try {
    await work();
    return asked;
  } finally {
    Object.assign(window, real);
  }
}

function isPlain(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}

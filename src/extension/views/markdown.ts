/** Makes any text show as it is in a MarkdownString: markup, HTML and icon syntax are escaped. */
export function escapeMarkdown(text: string): string {
  return text.replace(/[\\`*_{}[\]()#+\-.!|~<>&$]/g, '\\$&').replace(/\s*[\r\n]+\s*/g, ' ');
}

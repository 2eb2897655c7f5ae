import type { TreeNode } from './node.ts';

/** Stable over refreshes and unique in its tree, so that rows stay open and selected. */
export function nodeId(node: TreeNode): string {
  return JSON.stringify(idParts(node));
}

function idParts(node: TreeNode): readonly string[] {
  const root = 'model' in node && node.model !== undefined ? node.model.root.toString() : '';
  const at = 'version' in node && node.version !== undefined ? node.version.commit : '';
  switch (node.kind) {
    case 'repository':
      return [root, node.kind];
    case 'dataset':
    case 'versions':
      return [root, node.kind, node.dataset.path];
    case 'files':
    case 'version':
      return [root, node.kind, node.dataset.path, at];
    case 'fault':
      return [root, node.kind, node.fault.pointer];
    case 'folder':
    case 'file':
      return [root, node.kind, node.dataset.path, at, node.path];
    case 'more':
      return [root, node.kind, node.dataset.path, at, node.folder ?? ''];
    case 'remote':
      return [root, node.kind, node.remote.name];
    case 'activity':
      return [node.kind, String(node.entry.id)];
    case 'message':
      return [root, node.kind, String(node.entry?.id ?? ''), node.text];
  }
}

import type { RepositoryModel } from '../model/contract.ts';
import type { TreeNode } from './node.ts';
import { nodeId } from './node-id.ts';

/** Keeps one object a row: VS Code refreshes a row only when it is handed the very object that it got. */
export class NodeRegistry {
  readonly #nodes = new Map<string, TreeNode>();
  readonly #parents = new WeakMap<TreeNode, TreeNode>();

  /** The object to hand out for `node`: the one of before where nothing in it differs. */
  keep<T extends TreeNode>(node: T, parent?: TreeNode): T {
    const id = nodeId(node);
    const known = this.#nodes.get(id);
    const kept = known !== undefined && print(known) === print(node) ? (known as T) : node;
    this.#nodes.set(id, kept);
    if (parent !== undefined) this.#parents.set(kept, parent);
    return kept;
  }

  /** The object handed out for a row like `node`. */
  known(node: TreeNode): TreeNode | undefined {
    return this.#nodes.get(nodeId(node));
  }

  parent(node: TreeNode): TreeNode | undefined {
    return this.#parents.get(node);
  }

  ofKind<K extends TreeNode['kind']>(kind: K): readonly Extract<TreeNode, { kind: K }>[] {
    return [...this.#nodes.values()].filter((node): node is Extract<TreeNode, { kind: K }> => node.kind === kind);
  }

  /** Forgets all rows below a repository. */
  forget(model: RepositoryModel): void {
    for (const [id, node] of this.#nodes) {
      if (node.kind !== 'repository' && 'model' in node && node.model === model) this.#nodes.delete(id);
    }
  }

  clear(): void {
    this.#nodes.clear();
  }
}

function print(node: TreeNode): string {
  return JSON.stringify({ ...node, model: undefined });
}

/**
 * The strongly connected components of a graph, each after the ones that it points to (Tarjan, without recursion). Only
 * what can be reached from `root` is visited.
 */
export function componentsFrom(root: number, edges: readonly (readonly number[])[]): number[][] {
  const index = new Int32Array(edges.length).fill(-1);
  const low = new Int32Array(edges.length);
  const onStack = new Uint8Array(edges.length);
  const stack: number[] = [];
  const work: { node: number; next: number }[] = [];
  const components: number[][] = [];
  let count = 0;

  const enter = (node: number): void => {
    index[node] = low[node] = count++;
    stack.push(node);
    onStack[node] = 1;
    work.push({ node, next: 0 });
  };
  enter(root);
  while (work.length > 0) {
    const frame = work[work.length - 1] as { node: number; next: number };
    const { node } = frame;
    const target = edges[node]?.[frame.next++];
    if (target !== undefined) {
      if (index[target] === -1) enter(target);
      else if (onStack[target] === 1) low[node] = Math.min(low[node] as number, index[target] as number);
      continue;
    }
    work.pop();
    const parent = work[work.length - 1];
    if (parent !== undefined) low[parent.node] = Math.min(low[parent.node] as number, low[node] as number);
    if (low[node] !== index[node]) continue;
    const component: number[] = [];
    for (let member = -1; member !== node; ) {
      member = stack.pop() as number;
      onStack[member] = 0;
      component.push(member);
    }
    components.push(component);
  }
  return components;
}

/** The keys of a `when` clause, by VS Code's grammar; throws where it does not parse. */
export function keysOf(clause: string): ReadonlySet<string> {
  const tokens = [
    ...clause.matchAll(/\s*(\|\||&&|=~|===?|!==?|<=|>=|<|>|!|\(|\)|\/(?:\\.|[^/\\])*\/[a-z]*|[^\s()!=&|<>]+|\S)/g),
  ].map((match) => match[1] ?? '');
  const keys = new Set<string>();
  let next = 0;
  const fail: () => never = () => {
    throw new Error(`"${clause}" does not parse at ${tokens[next] ?? 'its end'}`);
  };
  const take = (...wanted: readonly string[]): boolean => {
    if (!wanted.includes(tokens[next] ?? '')) return false;
    next++;
    return true;
  };
  const value = (): void => {
    const text = tokens[next++];
    if (text === undefined || /^[()]|^(\|\||&&|[!=<>]+)$/.test(text)) fail();
  };
  const term = (): void => {
    if (take('!')) {
      term();
      return;
    }
    if (take('(')) {
      any();
      if (!take(')')) fail();
      return;
    }
    const key = tokens[next++];
    if (key === undefined || !/^[A-Za-z][\w.:-]*$/.test(key)) fail();
    if (key === 'true' || key === 'false') return;
    keys.add(key);
    if (take('=~')) {
      const regex = /^\/(.*)\/([a-z]*)$/.exec(tokens[next++] ?? '');
      if (regex === null) fail();
      else new RegExp(regex[1] ?? '', regex[2]);
    } else if (take('==', '===', '!=', '!==', '<', '<=', '>', '>=')) value();
    else if (take('not')) {
      if (!take('in')) fail();
      inKey();
    } else if (take('in')) inKey();
  };
  const inKey = (): void => {
    const key = tokens[next++];
    if (key === undefined) fail();
    else keys.add(key.replace(/^'(.*)'$/, '$1'));
  };
  const all = (): void => {
    do term();
    while (take('&&'));
  };
  const any = (): void => {
    do all();
    while (take('||'));
  };
  any();
  if (next < tokens.length) fail();
  return keys;
}

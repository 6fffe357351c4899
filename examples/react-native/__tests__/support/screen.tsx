/** A page as a user has it: press what is written on it, read what it shows, and leave it. */
import type { ReactElement } from 'react';
import ReactTestRenderer, { act, type ReactTestInstance } from 'react-test-renderer';

export async function show(page: ReactElement) {
  let renderer!: ReactTestRenderer.ReactTestRenderer;
  await acting(() => {
    renderer = ReactTestRenderer.create(page);
  });
  const find = (match: (props: Record<string, any>) => boolean): ReactTestInstance[] =>
    // Host components only: the wrappers around them have the same props.
    renderer.root.findAll((node) => typeof node.type === 'string' && match(node.props));
  const textOf = (node: ReactTestInstance | string): string =>
    typeof node === 'string' ? node : node.children.map(textOf).join('');

  return {
    /** The texts of all components with this testID. */
    texts: (testID: string) => find((props) => props.testID === testID).map(textOf),
    /** The props of the one component with this testID. */
    props: (testID: string) => find((props) => props.testID === testID)[0].props,
    shows: (words: string) => find((props) => props.accessible !== undefined).some((node) => textOf(node) === words),
    async press(words: string, which: 'first' | 'last' = 'first') {
      const named = find((props) => props.onClick !== undefined).filter((button) => textOf(button) === words);
      const node = named[which === 'first' ? 0 : named.length - 1];
      if (!node) throw new Error(`nothing here is called ${words}`);
      await acting(() => node.props.onClick({ stopPropagation() {} }));
    },
    /** Lets the app run until this holds. The test's own time limit is the only one. */
    async until(holds: () => boolean) {
      while (!holds()) await turn();
    },
    leave: () => acting(() => renderer.unmount()),
  };
}

// What the network brings, React shows by itself, as in the app: only what the test does is an act.
const flags = globalThis as { IS_REACT_ACT_ENVIRONMENT?: boolean };
flags.IS_REACT_ACT_ENVIRONMENT = false;

async function acting(what: () => void) {
  flags.IS_REACT_ACT_ENVIRONMENT = true;
  await act(async () => what());
  flags.IS_REACT_ACT_ENVIRONMENT = false;
}

/** Lets everything else have its turn. */
const turn = () => new Promise<void>((resolve) => setTimeout(resolve, 0));

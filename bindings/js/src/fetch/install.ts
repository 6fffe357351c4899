/** Makes fetch and its classes the globals of an engine, as web code expects them, and takes that back. */
export function install(target: object, api: object): () => void {
  const before = new Map<string, PropertyDescriptor | undefined>();
  for (const name of Object.keys(api)) {
    before.set(name, Object.getOwnPropertyDescriptor(target, name));
    // React Native's globals are getters; Node's are not enumerable.
    Object.defineProperty(target, name, {
      value: (api as Record<string, unknown>)[name],
      configurable: true,
      enumerable: false,
      writable: true,
    });
  }
  return () => {
    before.forEach((descriptor, name) => {
      if (descriptor) Object.defineProperty(target, name, descriptor);
      else delete (target as Record<string, unknown>)[name];
    });
  };
}

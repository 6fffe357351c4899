// What needs native views of its own has a stand-in from its own package.
jest.mock('react-native-safe-area-context', () => require('react-native-safe-area-context/jest/mock').default);

export default () => globalThis.scriptedServer.stop();

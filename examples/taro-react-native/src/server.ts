/** Where `npm run server` listens. On an Android device or emulator: `adb reverse tcp:8080 tcp:8080` first. */
export const SERVER = 'http://localhost:8080';

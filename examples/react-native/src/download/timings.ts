/** What of a profile is worth a line on the screen. */
import type { Profile } from 'react-native-reqtask';

export function timings(profile: Profile): string[] {
  const ms = (from: number, to: number) => `${Math.max(0, Math.round(to - from))} ms`;
  const lines = [
    `connection: ${profile.socketReused ? 'reused' : ms(profile.connectStart, profile.connectEnd)}`,
    `first byte: ${ms(profile.requestEnd, profile.responseStart)}`,
    `body: ${ms(profile.responseStart, profile.responseEnd)}`,
  ];
  if (profile.throughputKbps) lines.push(`speed: ${(profile.throughputKbps / 8000).toFixed(1)} MB/s`);
  if (profile.peerIP) lines.push(`from: ${profile.peerIP}`);
  return lines;
}

/**
 * From `configure`'s options to what the host opens a client with, and to what this layer itself remembers. Everything is
 * checked before anything changes: a TypeError names the option at fault. An option that is undefined is not given; one that
 * is not known is an error, because a limit with a typing mistake in its name would silently not exist. Options are read once,
 * and nothing of the caller's is kept: what is changed after the call does not come back with a later one.
 */
import { messageOf } from './errors.js';
import { Fields } from './fields.js';
import { limitMs } from './limits.js';
import { OptionKey, withOptionNames } from './option-keys.js';
import type { NativeOptions } from './native.js';
import type { Defaults } from './plan.js';
import type { ConfigureOptions } from './types.js';
import { createWarn, warnsByDefault } from './warn.js';

type Value = number | string;
/** Adds what an option means to the native options, or says in words what it must be. */
type Rule = (value: unknown, add: (value: Value) => void) => string | void;

/** What the core takes, by name; the rest of the options is this layer's own. */
const NATIVE: { readonly [K in keyof ConfigureOptions]?: readonly [key: number, rule: Rule] } = {
  maxConcurrent: [OptionKey.WORKERS_MAX, whole(1, 1024)],
  maxPerHost: [OptionKey.PER_HOST_MAX, wholeOrInfinity],
  maxQueued: [OptionKey.QUEUE_MAX, wholeOrInfinity],
  timeout: [OptionKey.TIMEOUT_MS, time],
  userAgent: [OptionKey.USER_AGENT, text],
  proxy: [OptionKey.PROXY, text],
  noProxy: [OptionKey.NO_PROXY, text],
  envProxy: [OptionKey.ENV_PROXY, flag],
  cookies: [OptionKey.COOKIES, flag],
  systemRoots: [OptionKey.SYSTEM_ROOTS, flag],
  rootsPem: [OptionKey.ROOTS_PEM, texts],
  clientCertPem: [OptionKey.CLIENT_CERT_PEM, text],
  pinnedKeys: [OptionKey.PINNED_KEYS, text],
  httpsOnly: [OptionKey.HTTPS_ONLY, flag],
  ipFamily: [OptionKey.IP_FAMILY, family],
  dnsOverride: [OptionKey.DNS_OVERRIDE, texts],
  idleConnections: [OptionKey.IDLE_CONNECTIONS, whole(0, 65536)],
};
/** Kept as their fields and as 0 or 1. */
const OWN: { readonly [K in keyof ConfigureOptions]?: Rule } = { header: fields, strict: flag, warnings: flag };

/** What all calls so far have set, by name, as the rules made it. */
export type Settings = ReadonlyMap<string, readonly Value[]>;

/**
 * Throws a TypeError. `said` holds the warnings given so far; by default they are given once in a process. `before`: what holds
 * for options that are not named.
 */
export function planClient(
  options: ConfigureOptions,
  said?: Set<string>,
  before: Settings = new Map(),
): { settings: Settings; native: NativeOptions; defaults: Defaults } {
  if (typeof options !== 'object' || options === null || Array.isArray(options)) {
    throw new TypeError('configure: the options must be an object');
  }
  const settings = new Map(before);
  for (const name of Object.keys(options) as (keyof ConfigureOptions)[]) {
    const rule = isOwn(NATIVE, name) ? NATIVE[name]?.[1] : isOwn(OWN, name) ? OWN[name] : undefined;
    if (rule === undefined) throw new TypeError(`configure: there is no option "${name}"`);
    const value = read(options, name);
    if (value === undefined) {
      settings.delete(name);
      continue;
    }
    const made: Value[] = [];
    const mustBe = rule(value, (one) => made.push(one));
    if (mustBe !== undefined) throw new TypeError(`configure: ${name} must be ${mustBe}`);
    settings.set(name, made);
  }
  const native: Value[] = [];
  settings.forEach((values, name) => {
    const key = NATIVE[name as keyof ConfigureOptions]?.[0];
    if (key !== undefined) for (const value of values) native.push(key, value);
  });
  const given = settings.get('warnings');
  const warnings = given === undefined ? warnsByDefault() : given[0] === 1;
  const defaults: Defaults = {
    fields: (settings.get('header') ?? []) as readonly string[],
    strict: settings.get('strict')?.[0] === 1,
    warnings,
    warn: createWarn(warnings, said),
  };
  return { settings, native, defaults };
}

function isOwn(table: object, name: string): boolean {
  return Object.prototype.hasOwnProperty.call(table, name);
}

function read(options: ConfigureOptions, name: keyof ConfigureOptions): unknown {
  try {
    return options[name];
  } catch (error) {
    throw new TypeError(`configure: ${name} cannot be read: ${messageOf(error)}`);
  }
}

/**
 * What `configure` throws when the host's `open` threw: a TypeError that names the option, where the core judged one
 * (certificates, proxies, overrides are parsed there), otherwise the error as it is.
 */
export function clientRefused(error: unknown): unknown {
  const { code, step, message } = (typeof error === 'object' && error !== null ? error : {}) as {
    [name: string]: unknown;
  };
  if (step !== 'option' || typeof code !== 'number') return error;
  return new TypeError(`configure: ${withOptionNames(String(message))}`);
}

function fields(header: unknown, add: (value: Value) => void): void {
  const made = new Fields((sentence) => new TypeError(`configure: ${sentence}`));
  made.addAll(header, 'header', () => false);
  for (const one of made.list) add(one);
}

function whole(min: number, max: number): Rule {
  return (value, add) => {
    if (!Number.isInteger(value) || (value as number) < min || (value as number) > max) {
      return `a whole number from ${min} to ${max}`;
    }
    add(value as number);
  };
}

/** 0 is refused: to the core it means "no limit", to a reader "none". */
function wholeOrInfinity(value: unknown, add: (value: Value) => void): string | void {
  if (value !== Infinity) return whole(1, 0xffffffff)(value, add);
  add(0);
}

function time(value: unknown, add: (value: Value) => void): string | void {
  const limit = limitMs(value);
  if (limit === undefined) return 'a number of milliseconds above 0';
  add(limit);
}

function flag(value: unknown, add: (value: Value) => void): string | void {
  if (typeof value !== 'boolean') return 'true or false';
  add(value ? 1 : 0);
}

function family(value: unknown, add: (value: Value) => void): string | void {
  if (value !== 0 && value !== 4 && value !== 6) return '0, 4 or 6';
  add(value);
}

function text(value: unknown, add: (value: Value) => void): string | void {
  if (typeof value !== 'string') return 'a string';
  add(value);
}

function texts(value: unknown, add: (value: Value) => void): string | void {
  const all: unknown[] = Array.isArray(value) ? value : [value];
  if (!all.every((one) => typeof one === 'string')) return 'a string or an array of strings';
  for (const one of all) add(one as string);
}

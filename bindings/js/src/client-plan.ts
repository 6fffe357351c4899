/**
 * From `configure`'s options to what the host opens a client with, and to what this layer itself remembers. Everything is
 * checked before anything changes: a TypeError names the option at fault. An option that is undefined is not given; one that
 * is not known is an error, because a limit with a typing mistake in its name would silently not exist.
 */
import { Fields } from './fields.js';
import { limitMs } from './limits.js';
import { OptionKey } from './option-keys.js';
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
  httpsOnly: [OptionKey.HTTPS_ONLY, flag],
  ipFamily: [OptionKey.IP_FAMILY, family],
  dnsOverride: [OptionKey.DNS_OVERRIDE, texts],
  idleConnections: [OptionKey.IDLE_CONNECTIONS, whole(0, 65536)],
};
const OWN = ['header', 'strict', 'warnings'];

/** Throws a TypeError. `said` holds the warnings given so far; by default they are given once in a process. */
export function planClient(
  options: ConfigureOptions,
  said?: Set<string>,
): { native: NativeOptions; defaults: Defaults } {
  if (typeof options !== 'object' || options === null || Array.isArray(options)) {
    throw new TypeError('configure: the options must be an object');
  }
  const native: Value[] = [];
  const own: { [name: string]: unknown } = {};
  for (const name of Object.keys(options)) {
    const value = options[name as keyof ConfigureOptions] as unknown;
    const row = Object.prototype.hasOwnProperty.call(NATIVE, name) ? NATIVE[name as keyof ConfigureOptions] : undefined;
    if (row === undefined && OWN.indexOf(name) < 0) throw new TypeError(`configure: there is no option "${name}"`);
    if (value === undefined) continue;
    if (row === undefined) own[name] = value;
    else {
      const [key, rule] = row;
      check(
        name,
        rule(value, (given) => native.push(key, given)),
      );
    }
  }
  for (const name of ['strict', 'warnings']) {
    if (own[name] !== undefined)
      check(
        name,
        flag(own[name], () => {}),
      );
  }
  const warnings = (own.warnings as boolean | undefined) ?? warnsByDefault();
  const defaults: Defaults = {
    fields: fieldsOf(own.header),
    strict: own.strict === true,
    warnings,
    warn: createWarn(warnings, said),
  };
  return { native, defaults };
}

/** The names of the core's options in its sentences, as the user knows them. */
const CORE_NAMES: readonly (readonly [core: string, option: keyof ConfigureOptions])[] = [
  ['REQTASK_OPT_USER_AGENT', 'userAgent'],
  ['REQTASK_OPT_PROXY', 'proxy'],
  ['REQTASK_OPT_NO_PROXY', 'noProxy'],
  ['REQTASK_OPT_ROOTS_PEM', 'rootsPem'],
  ['REQTASK_OPT_DNS_OVERRIDE', 'dnsOverride'],
  ['REQTASK_OPT_SYSTEM_ROOTS', 'systemRoots'],
];

/**
 * What `configure` throws when the host's `open` threw: a TypeError that names the option, where the core judged one
 * (certificates, proxies, overrides are parsed there), otherwise the error as it is.
 */
export function clientRefused(error: unknown): unknown {
  const { code, step, message } = (typeof error === 'object' && error !== null ? error : {}) as {
    [name: string]: unknown;
  };
  if (step !== 'option' || typeof code !== 'number') return error;
  let sentence = String(message);
  for (const [core, option] of CORE_NAMES) sentence = sentence.split(core).join(option);
  return new TypeError(`configure: ${sentence}`);
}

function check(name: string, mustBe: string | void): void {
  if (mustBe !== undefined) throw new TypeError(`configure: ${name} must be ${mustBe}`);
}

function fieldsOf(header: unknown): readonly string[] {
  const fields = new Fields((sentence) => new TypeError(`configure: ${sentence}`));
  fields.addAll(header, 'header', () => false);
  return fields.list;
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

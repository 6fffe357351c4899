/**
 * What an app of React Native finds in its runtime, made from the runner's primitives: timers, a console, the TurboModule
 * registry, global handlers of errors and of rejections. And `harness`, by which a script ends the run. Nothing else: an
 * engine without URL, TextDecoder, AbortController or queueMicrotask stays without them.
 */
(function (global) {
  'use strict';
  var native = global.__native;
  delete global.__native;

  var timers = {};
  var lastTimer = 0;
  // Hermes calls a rejection unhandled two seconds after it happened. Here it is one turn of the loop, as in Node.
  var trackerDelayMs = 2000;

  global.setTimeout = function (run, ms) {
    var rest = Array.prototype.slice.call(arguments, 2);
    var mine = ++lastTimer;
    var delay = run.name === 'bound onUnhandled' && ms <= trackerDelayMs ? 0 : Number(ms) || 0;
    timers[mine] = native.addTimer(function () {
      delete timers[mine];
      run.apply(undefined, rest);
    }, delay);
    return mine;
  };
  global.clearTimeout = function (timer) {
    if (timers[timer] === undefined) return;
    native.removeTimer(timers[timer]);
    delete timers[timer];
  };

  function say(toError) {
    return function () {
      native.print(Array.prototype.map.call(arguments, described).join(' '), toError);
    };
  }
  global.console = { log: say(false), info: say(false), debug: say(false), warn: say(true), error: say(true) };

  function described(value) {
    if (!(value instanceof Error)) return String(value);
    var stack = String(value.stack || '');
    return stack.indexOf(value.message) >= 0 ? stack : value.name + ': ' + value.message + '\n' + stack;
  }

  /** What TurboModuleRegistry of React Native does. */
  function turboModule(name) {
    if (global.__turboModuleProxy) return global.__turboModuleProxy(name);
    return global.nativeModuleProxy ? global.nativeModuleProxy[name] : null;
  }

  var onGlobalError = null;
  var onUnhandledRejection = null;

  /** Called by the loop with what a task threw, and by reqtask with errors of the app's own functions. */
  global.__globalError = function (error) {
    if (onGlobalError) return onGlobalError(error);
    console.error('uncaught: ' + described(error));
    native.done(0, 1);
  };
  global.__unhandledRejection = function (reason) {
    if (onUnhandledRejection) return onUnhandledRejection(reason);
    console.error('unhandled rejection: ' + described(reason));
    native.done(0, 1);
  };

  global.harness = {
    engine: native.engine,
    /** Ends the run. `failed` makes it one that failed; so does an error that nobody caught. */
    done: function (passed, failed) {
      native.done(passed, failed);
    },
    turboModule: turboModule,
    /** Instead of ending the run. Each returns a function that takes it back. */
    onGlobalError: function (listener) {
      onGlobalError = listener;
      return function () {
        onGlobalError = null;
      };
    },
    onUnhandledRejection: function (listener) {
      onUnhandledRejection = listener;
      return function () {
        onUnhandledRejection = null;
      };
    },
    print: function (line) {
      native.print(line, false);
    },
    nowUs: native.nowUs,
    collectGarbage: native.collectGarbage,
    residentBytes: native.residentBytes,
  };
})(typeof globalThis === 'object' ? globalThis : this);

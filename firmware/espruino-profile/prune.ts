/**
 * Runs inside the context, as text: takes away what the interpreter lacks. Why proxies: there `Array.prototype.slice`
 * is undefined although `[].slice` works, and the `prototype` of a built-in cannot be replaced.
 */
export const pruneSource = `(function (globals, statics, members, typed) {
  'use strict'
  var own = Object.getOwnPropertyNames, define = Object.defineProperty
  var descriptor = Object.getOwnPropertyDescriptor, ProxyOf = Proxy, construct = Reflect.construct, SetOf = Set
  var hasInstance = Symbol.hasInstance
  var keep = function (object, names) {
    var kept = new SetOf(names)
    own(object).forEach(function (name) {
      if (kept.has(name) || name === 'constructor' || name === 'prototype') return
      var d = descriptor(object, name)
      if (d && d.configurable) delete object[name]
    })
  }
  var typedRoot = Object.getPrototypeOf(Uint8Array)
  keep(typedRoot.prototype, members.Uint8Array)
  keep(typedRoot, statics.Uint8Array)
  Object.keys(members).forEach(function (name) {
    if (name === 'Object' || name === 'Function') return
    if (typeof this[name] === 'function') keep(this[name].prototype, members[name])
  }, globalThis)
  keep(Object.prototype, members.Object.concat(['__defineGetter__', '__defineSetter__', '__lookupGetter__', '__lookupSetter__']))
  // There a slice of a typed array is a plain one.
  var arraySlice = Array.prototype.slice
  typedRoot.prototype.slice = function (from, to) { return arraySlice.call(this, from, to) }
  Object.keys(statics).forEach(function (name) {
    if (this[name]) keep(this[name], statics[name])
  }, globalThis)
  // jswrap_math_pow: whole powers up to the ninth are multiplied out, all others are not exact.
  var exp = Math.exp, log = Math.log
  Math.pow = function (x, y) {
    var p = 1
    if (y >= 0 && y < 10 && y % 1 === 0) {
      for (; y > 0; y--) p *= x
      return p
    }
    if (x < 0 && y % 1 === 0) return (y % 2 === 0 ? 1 : -1) * exp(log(-x) * y)
    return exp(log(x) * y)
  }
  var silent = function (name) {
    var Real = globalThis[name]
    var prototype = new ProxyOf(Real.prototype, {
      get: function (target, key) {
        if (typeof key === 'symbol') return target[key]
        return members[typed.indexOf(name) >= 0 ? 'Uint8Array' : name].indexOf(key) >= 0 ? undefined : target[key]
      },
    })
    var Silent = function () {}
    define(Silent, hasInstance, { value: function (value) { return value instanceof Real } })
    globalThis[name] = new ProxyOf(Silent, {
      construct: function (target, args) { return construct(Real, args) },
      apply: function (target, self, args) { return Real.apply(self, args) },
      get: function (target, key) { return key === 'prototype' ? prototype : key === hasInstance ? target[key] : Real[key] },
      has: function (target, key) { return key in Real },
    })
  }
  ;['Array', 'String', 'Number', 'ArrayBuffer', 'DataView', 'Date', 'RegExp', 'Promise'].concat(typed).forEach(silent)
  var allowed = new SetOf(globals)
  own(globalThis).forEach(function (name) {
    if (!allowed.has(name)) delete globalThis[name]
  })
})`

// A Node program that requires this file ends when it tries to leave this computer: the twin of
// sitecustomize.py, with the same exit code. NODE_OPTIONS hands it on to programs that it starts.
"use strict";

const dgram = require("node:dgram");
const dns = require("node:dns");
const fs = require("node:fs");
const net = require("node:net");

const CODE = 99;

function keep(what, host) {
  if (host == null || host === "localhost" || host === "::1" || /^127\./.test(host)) return;
  fs.writeSync(2, `\n${what} leaves this computer: ${host}\n`);
  process.exit(CODE);
}

/** Look at the host, as `hostOf` finds it among the arguments, before a method is called. */
function watch(owner, name, what, hostOf) {
  const original = owner[name];
  owner[name] = function (...given) {
    keep(what, hostOf(given));
    return original.apply(this, given);
  };
}

// fetch, http and tls all connect here; net.connect hands over a list it has made.
watch(net.Socket.prototype, "connect", "net.connect", ([first, second]) => {
  const options = Array.isArray(first) ? first[0] : first;
  if (typeof options !== "object") return typeof second === "string" ? second : null;
  return options.host;
});
watch(dgram.Socket.prototype, "send", "dgram.send", (given) =>
  given.slice(1).find((argument) => typeof argument === "string"),
);
for (const [owner, what] of [
  [dns, "dns"],
  [dns.promises, "dns.promises"],
]) {
  for (const name of ["lookup", "resolve", "resolve4", "resolve6"]) {
    watch(owner, name, `${what}.${name}`, ([host]) => host);
  }
}

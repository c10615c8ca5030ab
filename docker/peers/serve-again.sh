#!/bin/sh
# The entrypoint of a peer: serves, and serves again when the server crashes. With --exit-code-from compose ends all when one container ends,
# and a crash is a result of the run, not its end: the runner reports the case that did it and goes on with the process that comes after.
trap 'stopped=yes; kill -TERM "$server" 2>/dev/null' TERM INT
stopped=
while [ -z "$stopped" ]; do
  "$@" &
  server=$!
  wait "$server"
  code=$?
  # A signal ends the wait before it ends the server.
  [ -z "$stopped" ] || { wait "$server"; exit $?; }
  echo "the server ended with $code and is started again" >&2
  # One that cannot start at all shall not take all of the processor.
  sleep 0.5
done

#!/bin/sh
# make image-check: starts the built image as `serve`, asks for its health, drives it by `run` from the same image, stops it with SIGTERM.
# All of it without privileges and on a read-only root. With docker or podman these are containers; where there is only buildah, the image's
# tree is mounted read-only and entered by chroot, in namespaces of its own for mounts and processes: that shows the files, the user, the
# program and its signals, and not the network of a container, its capabilities or how often an engine asks for its health.
set -eu
cd "$(dirname "$0")/.."
. docker/engine.sh
image=${IMAGE:-mls-interop}:latest
limit=300000000
work=$(mktemp -d)
chmod 777 "$work"
engine=$(image_engine)
name=mls-interop-check-$$
container=

fail() {
  echo "image-check: $*" >&2
  exit 1
}

clean() {
  case $engine in
    *buildah)
      [ -z "${server:-}" ] || kill -KILL "$server" 2>/dev/null || true
      [ -z "$container" ] || { buildah umount "$container" && buildah rm "$container"; } >/dev/null
      ;;
    *) "$engine" rm --force "$name" >/dev/null 2>&1 || true ;;
  esac
  rm -rf "$work"
}
trap clean EXIT
trap 'exit 143' HUP INT TERM

# --- the image itself -------------------------------------------------------------------------------------------------------------------
inspected="$work/image.json"
case $engine in
  *buildah)
    buildah inspect --type image "$image" >"$inspected" || fail "there is no $image: make image"
    size=$(buildah images --json "$image" | sed -n 's/.*"size": "\(.*\)",*/\1/p' | head -1)
    container=$(buildah from "$image")
    tree=$(buildah mount "$container")
    bytes=$(du -sb --exclude=./proc --exclude=./sys --exclude=./dev "$tree" | cut -f1)
    ;;
  *)
    "$engine" image inspect "$image" >"$inspected" || fail "there is no $image: make image"
    bytes=$("$engine" image inspect --format '{{.Size}}' "$image")
    size="$((bytes / 1000000)) MB"
    ;;
esac
for label in version revision source; do
  grep -q "\"org.opencontainers.image.$label\": \"[^\"]" "$inspected" || fail "$image has no label org.opencontainers.image.$label"
done
grep -qi '"healthcheck"' "$inspected" || fail "$image has no HEALTHCHECK"
[ "$bytes" -lt "$limit" ] || fail "$image takes $bytes bytes unpacked, more than $limit"
echo "size: $size, limit $((limit / 1000000)) MB; built on $(argument_of DEBIAN_IMAGE), checked with $engine"

# --- how the program is started and stopped ---------------------------------------------------------------------------------------------
# The arguments of mls-interop, with $work as /work.
case $engine in
  *buildah)
    in_image() { enter_tree "$tree" "$work" "$@"; }
    serve() {
      in_image mls-interop serve --listen 127.0.0.1:0 >"$work/serve.out" 2>&1 &
      server=$!
    }
    said_by_server() { cat "$work/serve.out"; }
    is_running() { kill -0 "$server" 2>/dev/null; }
    stop() {
      kill -TERM "$(first_process_of "$server")"
      code=0
      wait "$server" || code=$?
      server=
    }
    drive() { (in_image mls-interop "$@"); }
    check_health() { (in_image mls-interop health "$address"); }
    is_writable() { (in_image sh -c 'touch /app/x 2>/dev/null || touch /tmp/x 2>/dev/null'); }
    ;;
  *)
    harden='--read-only --network host --cap-drop ALL --security-opt no-new-privileges'
    serve() { "$engine" run --detach --name "$name" $harden "$image" serve --listen 127.0.0.1:0 >/dev/null; }
    said_by_server() { "$engine" logs "$name" 2>&1; }
    is_running() { [ "$("$engine" inspect --format '{{.State.Running}}' "$name")" = true ]; }
    stop() {
      "$engine" stop --time 20 "$name" >/dev/null
      code=$("$engine" inspect --format '{{.State.ExitCode}}' "$name")
    }
    drive() { "$engine" run --rm $harden --volume "$work:/work" "$image" "$@"; }
    check_health() { "$engine" exec "$name" mls-interop health "$address"; }
    is_writable() { "$engine" exec "$name" touch /app/x 2>/dev/null; }
    ;;
esac

# --- a run -------------------------------------------------------------------------------------------------------------------------------
serve
tries=0
address=
# Whatever port is free: another one's server cannot be taken for ours.
until address=$(said_by_server | sed -n 's/^listening on //p') && [ -n "$address" ] && check_health >"$work/health" 2>&1; do
  tries=$((tries + 1))
  is_running || { said_by_server; fail 'the service ended before it was healthy'; }
  [ "$tries" -lt 40 ] || { cat "$work/health" 2>/dev/null; said_by_server; fail 'the service did not get healthy'; }
  sleep 0.5
done
is_running || { said_by_server; fail 'the service ended after it was healthy'; }
echo "health: $(cat "$work/health")"
if is_writable; then fail 'the root is writable'; fi
echo 'root: read-only'

drive run --client "image=$address" --suite 1 --assignments 2 --record out/run.jsonl --html out/run.html --junit out/junit.xml || fail "run ended with $?"
for file in run.jsonl run.html junit.xml; do [ -s "$work/out/$file" ] || fail "run wrote no $file"; done

stop
[ "$code" = 0 ] || fail "after SIGTERM serve ended with $code"
echo 'SIGTERM: ended with 0'

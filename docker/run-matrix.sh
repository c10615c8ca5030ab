#!/bin/sh
# What the runner of compose.yaml does, in a folder with implementations.yaml, expectations and out. The shell splits MLS_RUN into words.
set -eu
# As whoever owns the folder for the results, so that the reports are theirs. Root it stays only where root is that.
owner=$(stat -Lc %u out)
if [ "$(id -u)" = 0 ] && [ "$owner" != 0 ]; then
  exec setpriv --reuid "$owner" --regid "$(stat -Lc %g out)" --clear-groups sh "$0" "$@"
fi
if [ ! -w out ]; then
  echo "the folder for the results (docker/results, or MLS_RESULTS) belongs to user $owner, and user $(id -u) of the runner cannot write it" >&2
  exit 3
fi
# Who takes part is who has been started, by whatever profiles: only they have an address.
if [ -z "${ONLY:-}" ]; then
  for name in $(sed -n 's/^  \([A-Za-z0-9_.+-]*\):.*/\1/p' implementations.yaml); do
    if getent hosts "$name" >/dev/null; then ONLY="${ONLY:-}${ONLY:+,}$name"; fi
  done
fi
# What is expected of those who are not here would be warned of. The name is in the record, and shards are to have the same.
expected=${TMPDIR:-/tmp}/expectations
mkdir "$expected"
for name in _all $(echo "$ONLY" | tr , ' '); do
  if [ -f "expectations/$name.yaml" ]; then cp "expectations/$name.yaml" "$expected"; fi
done
# shellcheck disable=SC2086
exec mls-interop run --only "$ONLY" --expectations "$expected" --record out/run.jsonl --html out/run.html --junit out/junit.xml --markdown out/summary.md ${MLS_RUN:-}
